import Errors
import Glibc
import Linux

extension Console {
  /// Asks whether to go on, as Docker does: "y" goes on, everything else and the end of the input do not.
  ///
  /// - Throws: `CommandFailure` where nobody reads the question.
  package func confirms(_ warning: String) throws(CommandFailure) -> Bool {
    try print("\(warning)\nAre you sure you want to continue? [y/N] ")
    var answer: [UInt8] = []
    var byte: [UInt8] = [0]
    while answer.count < 4096 {
      let count = Glibc.read(input.number, &byte, 1)
      if count <= 0 || byte[0] == UInt8(ascii: "\n") { break }
      answer.append(byte[0])
    }
    let text = String(decoding: answer, as: UTF8.self)
    return ["y", "Y"].contains(text.split { $0.isWhitespace }.joined(separator: " "))
  }
}
