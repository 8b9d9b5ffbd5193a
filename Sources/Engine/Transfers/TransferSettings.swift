import Core

/// What of the configuration concerns registries; SIGHUP changes it.
package struct TransferSettings: Sendable, Equatable {
  package var mirrors: [String] = []
  package var insecureRegistries: [String] = []
  /// Directories with a folder for each host.
  package var certificateDirectories: [String] = []
  package var httpProxy = ""
  package var httpsProxy = ""
  package var noProxy = ""
  package var maximumDownloads = 3
  package var maximumUploads = 5
  package var attempts = 5

  package init() {}

  /// - Parameter environment: of the supervisor; its proxies count where the configuration names none.
  package init(_ configuration: EngineConfiguration, environment: (String) -> String?) {
    mirrors = configuration.registryMirrors
    insecureRegistries = configuration.insecureRegistries
    certificateDirectories = configuration.certificateDirectories
    let proxies = configuration.proxies
    // Docker's order: the configuration, then the variable in capitals, then the small one.
    func setting(_ own: String?, _ variable: String) -> String {
      own ?? environment(variable) ?? environment(variable.lowercased()) ?? ""
    }
    httpProxy = setting(proxies.http, "HTTP_PROXY")
    httpsProxy = setting(proxies.https, "HTTPS_PROXY")
    noProxy = setting(proxies.exceptions, "NO_PROXY")
    maximumDownloads = configuration.maximumDownloads
    maximumUploads = configuration.maximumUploads
    attempts = configuration.downloadAttempts
  }
}
