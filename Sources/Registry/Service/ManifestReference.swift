import References
import Digests
import Errors
import ImageSpec

/// A tag or a digest, safe in an address.
struct ManifestReference: Sendable {
  let text: String
  /// nil for a tag.
  let digest: Digest?

  /// - Throws: `.invalidArgument` where it is neither.
  init(_ text: String) throws(GantryError) {
    self.text = text
    if text.contains(":") {
      digest = try Digest(parsing: text)
    } else {
      digest = nil
      guard let reference = try? Reference(parsing: "x/x:\(text)"), reference.tag == text else {
        throw GantryError(
          .invalidArgument, "\"\(RegistryErrorDocument.printable(String(text.prefix(140))))\" is not a tag")
      }
    }
  }
}
