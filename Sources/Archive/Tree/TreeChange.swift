import Glibc

/// One path that differs between two trees.
public struct TreeChange: Sendable {
  /// How it differs.
  public enum Kind: Sendable, Hashable {
    case modified
    case added
    case deleted
  }

  public let kind: Kind
  /// From the root.
  public let path: EntryPath
  /// As it is in the upper tree; nil for what is deleted.
  let status: stat?
}
