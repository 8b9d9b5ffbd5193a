import Errors
import References

/// An image's name on the command line; what it refers to is the engine's to know.
package enum ImageReference {
  /// Checks the form before anything is asked of the engine, as Docker's client does. An id is one that may be there.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package static func check(_ text: String) throws(GantryError) {
    guard !Reference.isIdentifier(text) else { return }
    _ = try Reference(parsing: text)
  }

  /// Whether a name says which image of the repository it means.
  package static func hasTagOrDigest(_ text: String) -> Bool {
    guard let reference = try? Reference(parsing: text) else { return false }
    return reference.tag != nil || reference.digest != nil
  }
}
