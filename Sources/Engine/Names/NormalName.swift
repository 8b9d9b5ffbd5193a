import ImageSpec

/// Names of images in the form they are kept in.
enum NormalName {
  /// "busybox" as "busybox:latest"; what is no name stays as it is.
  static func of(_ text: String) -> String {
    (try? Reference(parsing: text))?.tagged.familiar ?? text
  }
}
