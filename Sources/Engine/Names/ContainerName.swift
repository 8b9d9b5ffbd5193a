import Errors

/// The rules for what a container may be called.
package enum ContainerName {
  /// The name without the "/" that Docker's API allows before it.
  ///
  /// - Throws: `.invalidArgument` where it has other characters than are allowed.
  package static func checked(_ text: String) throws(GantryError) -> String {
    let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
    let bytes = Array(name.utf8)
    guard bytes.count > 1, isAlphanumeric(bytes[0]),
      bytes.dropFirst().allSatisfy({ isAlphanumeric($0) || "_.-".utf8.contains($0) })
    else {
      throw GantryError(
        .invalidArgument, "Invalid container name (\(text)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
    }
    return name
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
