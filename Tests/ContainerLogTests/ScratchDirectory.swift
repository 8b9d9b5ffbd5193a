import Glibc
import Linux

/// A directory that goes with its content when the last reference does.
final class ScratchDirectory: Sendable {
  let path: String
  let descriptor: FileDescriptor

  init(parent: String = "/tmp") throws {
    var template = Array("\(parent)/gantry-log-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw GantryErrorForTests.noScratchDirectory }
    path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    descriptor = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
  }

  deinit {
    for name in names { _ = unlink("\(path)/\(name)") }
    _ = rmdir(path)
  }

  var names: [String] { (try? Directory.names(in: path)) ?? [] }

  func content(of name: String) throws -> String {
    String(decoding: try descriptor.open(name, O_RDONLY).readAll(), as: UTF8.self)
  }

  func write(_ text: String, to name: String) throws {
    try descriptor.open(name, O_WRONLY | O_CREAT | O_TRUNC).writeAll(Array(text.utf8))
  }
}

enum GantryErrorForTests: Error { case noScratchDirectory }
