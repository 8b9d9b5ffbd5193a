import References
import Errors
import ImageSpec

/// Names of images in the form they are kept in.
enum NormalName {
  /// "busybox" as "busybox:latest"; what is no name stays as it is.
  static func of(_ text: String) -> String {
    (try? Reference(parsing: text))?.tagged.familiar ?? text
  }

  /// The name that an image is to get.
  ///
  /// - Throws: `.invalidArgument` where it is none, or one that a digest could be taken for.
  static func toGive(_ text: String) throws(GantryError) -> String {
    let reference = try Reference(parsing: text)
    guard reference.digest == nil else {
      throw GantryError(.invalidArgument, "refusing to create a tag with a digest reference")
    }
    guard reference.familiarName != "sha256" else {
      throw GantryError(.invalidArgument, "refusing to create an ambiguous tag using digest algorithm as name")
    }
    return reference.tagged.familiar
  }
}
