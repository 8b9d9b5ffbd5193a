/// What this build calls itself.
public enum EngineVersion {
  /// Of the product.
  public static let version = "0.1.0"
  /// Docker's API that the outputs follow.
  public static let api = "1.41"
  public static let leastAPI = "1.12"
  public static let commit = ""
  public static let buildTime = ""

  /// The compiler's version.
  public static let swift: String = {
    #if swift(>=6.3)
      "6.3"
    #elseif swift(>=6.2)
      "6.2"
    #else
      "6"
    #endif
  }()

  /// Go's name for an architecture, as images and Docker use it.
  public static func architecture(_ machine: String) -> String {
    switch machine {
    case "x86_64": "amd64"
    case "aarch64": "arm64"
    default: machine
    }
  }
}
