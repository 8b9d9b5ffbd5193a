import AsyncWire
import Errors
import Glibc
import Linux
import PluginKit

/// Services of a plugin behind a real connection, in this process, with a scratch directory of their own.
final class ServedPlugin: Sendable {
  let path: String
  let client: Client
  private let task: Task<Void, Never>

  /// - Parameter path: an earlier plugin's directory, to begin again on it; made if nil.
  init(path existing: String? = nil, _ routes: (String) throws -> [ServiceRoutes]) throws {
    if let existing {
      path = existing
    } else {
      var template = Array("/tmp/gantry-plugin-XXXXXX".utf8CString)
      guard let made = mkdtemp(&template) else { throw GantryError.system("mkdtemp") }
      path = String(cString: made)
    }
    let server = PluginServer(
      PluginDescription(kind: "test", name: "test", version: "1"), routes: try routes(path))
    let (ours, theirs) = try UnixSocket.pair()
    task = Task { await server.serve(connection: theirs) }
    client = try Client(adopting: ours)
  }

  /// Ends the server and leaves the directory, as a crash would.
  func stop() async {
    client.close()
    await task.value
  }

  /// Ends the server and removes the directory.
  func remove() async {
    await stop()
    guard let parent = try? FileDescriptor.open("/tmp", O_RDONLY | O_DIRECTORY) else { return }
    // The store may still be removing in there what its clients have removed.
    for _ in 0..<100 {
      do { return try parent.removeTree(String(path.dropFirst("/tmp/".count))) } catch {
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  /// The names in a directory below, sorted.
  func names(_ directory: String) throws -> [String] {
    try FileDescriptor.open("\(path)/\(directory)", O_RDONLY | O_DIRECTORY).directoryEntries().sorted()
  }
}
