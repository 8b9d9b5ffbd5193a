import Foundation

/// What the machine allows. A run that names its tree in GANTRY_OUT demands the tests: there nothing is skipped.
enum Privilege {
  static let tree = ProcessInfo.processInfo.environment["GANTRY_OUT"]

  /// Whether the end-to-end tests run: as root, with a built tree.
  static let isGiven = tree != nil

  static func has(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      access("\($0)/\(program)", X_OK) == 0
    }
  }
}
