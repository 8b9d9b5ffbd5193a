import Errors
import Glibc
import Linux

/// A directory for one test; gone, with the files in it, when the test is.
final class TemporaryDirectory {
  private let root: String
  private var names: [String] = []

  init() throws {
    var template = Array("/tmp/gantry-wire-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw GantryError.system("mkdtemp") }
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unlink("\(root)/\(name)") }
    rmdir(root)
  }

  func path(_ name: String) -> String {
    names.append(name)
    return "\(root)/\(name)"
  }
}
