import Core
import Errors
import Glibc
import JSON
import Linux

/// A plugin directory of a test's own, with real programs in it, and a host for them.
final class PluginFixture: Sendable {
  let scratch: ScratchDirectory
  let lines = Shared<[String]>([])

  init() throws {
    scratch = try ScratchDirectory()
    guard mkdir(scratch.file("plugins"), 0o755) == 0 else { throw GantryError(.unknown, "mkdir") }
  }

  /// The snapshotter in Python that lies in the repository.
  static let python: String = {
    let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(tests)/PythonPlugin/gantry-snapshotter-python"
  }()

  /// Puts a program into the plugin directory.
  func install(_ name: String, _ text: String) throws {
    let path = scratch.file("plugins/\(name)")
    unlink(path)
    try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o755).writeAll(Array(text.utf8))
    chmod(path, 0o755)
  }

  /// Puts the Python snapshotter there under its own or another name, with words in it changed.
  func installPython(as name: String = "gantry-snapshotter-python", replacing words: [(String, String)] = []) throws {
    var text = String(
      decoding: try FileDescriptor.open(Self.python, O_RDONLY).readAll(), as: UTF8.self)
    for (old, new) in words {
      guard text.contains(old) else { throw GantryError(.notFound, "\(old) is not in the Python plugin") }
      text = text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
    try install(name, text)
  }

  func remove(_ name: String) { unlink(scratch.file("plugins/\(name)")) }

  func host(
    ping: Duration = .seconds(15), answer: Duration = .seconds(5), plugins: [PluginIdentity: PluginSettings] = [:]
  ) -> PluginHost {
    var settings = PluginHost.Settings(
      directories: [scratch.file("plugins")], plugins: plugins, dataDirectory: scratch.file("data"),
      runDirectory: scratch.file("run"), supervisorVersion: "test")
    settings.pingInterval = ping
    settings.answerTimeout = answer
    let lines = lines
    return PluginHost(settings, log: Log(subject: "test") { line in lines.change { $0.append(line) } })
  }
}

extension PluginHost {
  func status(_ kind: PluginKind, _ name: String) -> PluginStatus? {
    list().first { $0.identity == PluginIdentity(kind: kind, name: name) }
  }

  func reaches(_ state: PluginState, _ kind: PluginKind, _ name: String) async -> Bool {
    await eventually(.seconds(30)) { status(kind, name)?.state == state }
  }
}
