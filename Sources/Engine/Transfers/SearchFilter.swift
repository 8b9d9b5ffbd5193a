import Errors
import Messages

/// What `search --filter` asks for.
package struct SearchFilter: Sendable, Equatable {
  private var stars: UInt32 = 0
  private var isOfficial: Bool?
  private var isAutomated: Bool?

  /// - Parameter filters: "key=value" each.
  /// - Throws: `.invalidArgument` in Docker's words.
  package init(_ filters: [String]) throws(GantryError) {
    for filter in filters {
      let parts = filter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw GantryError(.invalidArgument, "bad format of filter (expected name=value)")
      }
      let (key, value) = (parts[0].lowercased(), parts[1].lowercased())
      switch key {
      case "stars":
        guard let number = UInt32(value) else { throw Self.invalid(key, value) }
        stars = max(stars, number)
      case "is-official": isOfficial = try Self.bool(key, value)
      case "is-automated": isAutomated = try Self.bool(key, value)
      default: throw GantryError(.invalidArgument, "Invalid filter '\(key)'")
      }
    }
  }

  private static func bool(_ key: String, _ value: String) throws(GantryError) -> Bool {
    switch value {
    case "1", "true": return true
    case "0", "false": return false
    default: throw invalid(key, "[\(value)]")
    }
  }

  private static func invalid(_ key: String, _ value: String) -> GantryError {
    GantryError(.invalidArgument, "Invalid filter '\(key)=\(value)'")
  }

  package func matches(_ result: GantryRegistryV1.SearchResult) -> Bool {
    result.stars >= stars && (isOfficial ?? result.official) == result.official
      && (isAutomated ?? result.automated) == result.automated
  }
}
