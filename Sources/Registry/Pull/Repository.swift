import References
import Errors
import ImageSpec

/// A repository of the registry, by a path that has been checked.
struct Repository: Sendable, Hashable {
  let path: String
  /// As a person writes it with its host: `debian`, `localhost:5000/a/b`.
  let familiarName: String

  /// - Parameter host: as references write it.
  /// - Throws: `.invalidArgument` where `path` is none.
  init(_ path: String, host: String) throws(GantryError) {
    let reference = try Reference(parsing: "\(host)/\(path)")
    guard reference.path == path, reference.tag == nil, reference.digest == nil else {
      throw GantryError(.invalidArgument, "\"\(path.prefix(255))\" is not the path of a repository on \(host)")
    }
    self.path = path
    familiarName = reference.familiarName
  }
}
