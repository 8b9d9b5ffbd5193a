import Errors
import Messages

/// What `images --filter` lets through, with Docker's meaning of each.
package struct ImageFilter: Sendable {
  private static let known: Set<String> = ["dangling", "label", "before", "since", "reference"]

  private let filters: FilterSet
  private let patterns: [Wildcard]
  private let before: Moment?
  private let since: Moment?
  /// Whether dangling images alone are asked for, or none of them; nil where nobody said.
  package let dangling: Bool?

  /// - Parameters:
  ///   - reference: one more pattern for names, as the command's argument is; "" is none.
  ///   - created: when the image of a name was made.
  /// - Throws: `.invalidArgument` for a filter or a pattern that is none, `.notFound` for an image that is none.
  package init(
    _ filters: [String], reference: String, created: (String) throws -> Moment?
  ) throws {
    let set = try FilterSet(filters, known: Self.known)
    self.filters = set
    let references = (set["reference"] ?? []) + (reference.isEmpty ? [] : [reference])
    patterns = try references.map { try Wildcard($0) }
    before = try (set["before"] ?? []).compactMap(created).min()
    since = try (set["since"] ?? []).compactMap(created).max()
    dangling = try set["dangling"].map { try Self.bool($0) }
  }

  private static func bool(_ values: [String]) throws(GantryError) -> Bool {
    let truths = Set(values.map { ["true", "1"].contains($0) ? "true" : ["false", "0"].contains($0) ? "false" : $0 })
    switch truths {
    case ["true"]: return true
    case ["false"]: return false
    default:
      throw GantryError(.invalidArgument, "Invalid filter 'dangling=[\(values.joined(separator: " "))]'")
    }
  }

  /// Whether names count at all.
  package var asksForNames: Bool { !patterns.isEmpty }

  /// Whether the image passes, whatever its names are.
  package func allows(_ image: ImageOverview) -> Bool {
    let created = image.created ?? Moment(nanosecondsSince1970: 0)
    if let before, created >= before { return false }
    if let since, created <= since { return false }
    return filters.allowsLabels(image.labels)
  }

  /// Whether a name passes: a pattern fits it whole, or its repository. "*" stops at a slash.
  package func allows(name: String) -> Bool {
    patterns.isEmpty
      || patterns.contains { pattern in
        pattern.matches(name) || pattern.matches(ImageName.repository(name))
      }
  }
}
