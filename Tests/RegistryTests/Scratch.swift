import Hashing
import Digests
import Errors
import Glibc
import Linux
import Messages

/// A directory of one test's own, gone with the last reference.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/gantry-registry-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw GantryError.system("mkdtemp") }
    path = String(cString: made)
  }

  deinit {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    if let parent = try? FileDescriptor.open("/tmp", O_RDONLY | O_DIRECTORY) { try? parent.removeTree(name) }
  }

  /// A file with these bytes, open for reading and writing.
  func file(_ bytes: [UInt8] = [], _ name: String) throws -> FileDescriptor {
    let file = try FileDescriptor.open("\(path)/\(name)", O_RDWR | O_CREAT | O_TRUNC)
    try file.writeAll(bytes)
    return try FileDescriptor.open("\(path)/\(name)", O_RDWR)
  }

  func directory(_ name: String) throws -> FileDescriptor {
    mkdir("\(path)/\(name)", 0o755)
    return try FileDescriptor.open("\(path)/\(name)", O_RDONLY | O_DIRECTORY)
  }

  func bytes(_ name: String) throws -> [UInt8] {
    try FileDescriptor.open("\(path)/\(name)", O_RDONLY).readAll(limit: 256 << 20)
  }

  func write(_ text: String, _ name: String) throws {
    try FileDescriptor.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC).writeAll(Array(text.utf8))
  }

  /// Bytes that compress badly and repeat nowhere.
  static func noise(_ count: Int) -> [UInt8] {
    var state = UInt64.random(in: 1 ... .max)
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes { buffer in
      for place in stride(from: 0, to: count, by: 8) {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let value = state
        withUnsafeBytes(of: value) { word in
          buffer[place..<min(place + 8, count)].copyBytes(from: word.prefix(count - place))
        }
      }
    }
    return bytes
  }

  static func blob(of bytes: [UInt8]) throws -> GantryWorkerV1.Blob {
    .init(
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: try Digest.of(bytes).description,
      size: Int64(bytes.count))
  }
}
