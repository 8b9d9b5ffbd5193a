/// What this build calls itself.
public enum EngineVersion {
  /// Docker's API that the outputs follow.
  public static let api = "1.41"
  public static let leastAPI = "1.12"

  /// Go's name for an architecture, as images and Docker use it.
  public static func architecture(_ machine: String) -> String {
    switch machine {
    case "x86_64": "amd64"
    case "aarch64": "arm64"
    default: machine
    }
  }
}
