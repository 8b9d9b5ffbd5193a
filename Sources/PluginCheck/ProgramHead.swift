import Glibc

/// How an executable file begins. The kernel's own words for a script without its interpreter are "No such file or
/// directory", which sends an author looking for the wrong file.
struct ProgramHead {
  private let bytes: [UInt8]

  /// What cannot be read has no beginning.
  init(_ path: String) {
    var buffer = [UInt8](repeating: 0, count: 256)
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      bytes = []
      return
    }
    let count = read(file, &buffer, buffer.count)
    close(file)
    bytes = Array(buffer.prefix(max(0, count)))
  }

  /// Why it is no program; nil where nothing speaks against it.
  var complaint: String? {
    guard !bytes.isEmpty, !bytes.starts(with: [0x7F] + "ELF".utf8) else { return nil }
    guard bytes.starts(with: "#!".utf8) else { return "it is neither a program nor a script that begins with #!" }
    let line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
    let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let first = words.first else { return "its first line names no interpreter behind #!" }
    let interpreter = String(decoding: first, as: UTF8.self)
    return access(interpreter, X_OK) == 0 ? nil : "its interpreter \(interpreter) is not there or not executable"
  }
}
