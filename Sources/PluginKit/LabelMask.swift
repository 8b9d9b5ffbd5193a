import Errors

/// What a field mask of containerd's `Update` methods may say: `labels`, or single ones as `labels.NAME`.
public enum LabelMask {
  /// The labels that are to be changed; nil is all of them.
  ///
  /// - Throws: `.invalidArgument` naming a path that cannot be changed.
  public static func names(_ paths: [String]) throws(GantryError) -> [String]? {
    var names: [String] = []
    for path in paths {
      if path == "labels" { return nil }
      guard path.hasPrefix("labels.") else {
        throw GantryError(.invalidArgument, "the field \"\(path)\" cannot be changed; only labels can")
      }
      names.append(String(path.dropFirst("labels.".count)))
    }
    return paths.isEmpty ? nil : names
  }
}
