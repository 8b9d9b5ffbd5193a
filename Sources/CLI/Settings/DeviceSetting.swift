import Errors

/// One `--device`.
package struct DeviceSetting: Sendable, Equatable {
  package let pathOnHost: String
  package let pathInContainer: String
  package let permissions: String

  /// Reads "host[:container][:permissions]".
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package init(_ text: String) throws(GantryError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 3, !parts[0].isEmpty else {
      throw GantryError(.invalidArgument, "invalid device specification: \(text)")
    }
    pathOnHost = parts[0]
    if parts.count == 2, Self.arePermissions(parts[1]) {
      pathInContainer = parts[0]
      permissions = parts[1]
      return
    }
    pathInContainer = parts.count > 1 && !parts[1].isEmpty ? parts[1] : parts[0]
    permissions = parts.count == 3 ? parts[2] : "rwm"
    guard Self.arePermissions(permissions) else {
      throw GantryError(.invalidArgument, "invalid device mode: \(permissions)")
    }
  }

  private static func arePermissions(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { "rwm".contains($0) } && Set(text).count == text.count
  }
}
