import Errors

/// The mode of a bind mount, as `-v SOURCE:TARGET:MODE` and `--mount` write it.
struct BindOptions {
  /// As OCI runtimes take them.
  let forMount: [String]
  /// Whether mounts of the host are to appear in the container, or the other way round.
  let isPropagated: Bool
  /// Whether only mounts of the host are to appear in the container.
  let isSlave: Bool

  private static let propagations: Set<String> = ["private", "rprivate", "shared", "rshared", "slave", "rslave"]

  /// Said for other systems, for volumes, or for SELinux; they mean nothing to a bind mount here.
  private static let withoutMeaning: Set<String> = [
    "rw", "z", "Z", "nocopy", "copy", "consistent", "cached", "delegated",
  ]

  /// - Throws: `.invalidArgument` for a word that is no option, or two that contradict each other.
  init(_ words: [String]) throws(GantryError) {
    var base = "rbind"
    var isReadOnly = false
    var propagation: String?
    var copiesUp = false
    for word in words where !word.isEmpty {
      switch word {
      case "bind", "rbind": base = word
      case "ro", "readonly": isReadOnly = true
      // What the image has there is copied into the source before it is mounted: an empty volume's first use.
      case "copyup": copiesUp = true
      case _ where Self.withoutMeaning.contains(word): break
      case _ where Self.propagations.contains(word) && (propagation ?? word) == word: propagation = word
      default: throw GantryError(.invalidArgument, "invalid mode: \(word)")
      }
    }
    guard !(isReadOnly && words.contains("rw")) else {
      throw GantryError(.invalidArgument, "invalid mode: \(words.joined(separator: ","))")
    }
    isSlave = propagation?.hasSuffix("slave") ?? false
    isPropagated = isSlave || propagation?.hasSuffix("shared") ?? false
    forMount = [base] + (isReadOnly ? ["ro"] : []) + (copiesUp ? ["tmpcopyup"] : []) + [propagation ?? "rprivate"]
  }
}
