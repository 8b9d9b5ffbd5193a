import Errors
import Glibc
import Linux

/// What the starter has written to our standard input.
enum StandardInput {
  private static let limit = 4 << 20

  /// Reads to the end; nothing where a person sits at it.
  ///
  /// - Throws: `GantryError` from read(2).
  static func read() throws(GantryError) -> [UInt8] {
    guard isatty(STDIN_FILENO) == 0 else { return [] }
    let number = dup(STDIN_FILENO)
    guard number >= 0 else { return [] }
    return try FileDescriptor(adopting: number).readAll(limit: limit)
  }
}
