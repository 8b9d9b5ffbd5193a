import Errors
import Synchronization
import Threads

/// How each host is connected to: proxy, trust, certificates. Asked once for each host. Safe to use from any task.
final class Connections: Sendable {
  private struct Trust: Sendable {
    let verifies: Bool
    let folder: CertificateFolder
  }

  private let settings: RegistrySettings
  private let timing: Timing
  private let threads: BlockingThreads
  private let known = Mutex<[String: Trust]>([:])

  init(_ settings: RegistrySettings, _ timing: Timing, _ threads: BlockingThreads) {
    self.settings = settings
    self.timing = timing
    self.threads = threads
  }

  /// - Throws: `.failedPrecondition` naming a certificate file that cannot be used.
  func settings(for address: WebAddress) async throws(GantryError) -> ConnectionSettings {
    let trust = try await trust(in: address)
    var connection = ConnectionSettings()
    connection.proxy = settings.proxy(for: address)
    connection.verifies = trust.verifies
    connection.authorities = trust.folder.authorities
    connection.identity = trust.folder.identity
    connection.connectTimeout = timing.connect
    connection.stallTimeout = timing.stall
    connection.userAgent = settings.userAgent
    return connection
  }

  /// Whether the host is listed as insecure.
  func isInsecure(_ address: WebAddress) async throws(GantryError) -> Bool {
    try await !trust(in: address).verifies
  }

  private func trust(in address: WebAddress) async throws(GantryError) -> Trust {
    if let trust = known.withLock({ $0[address.origin] }) { return trust }
    let settings = settings
    let trust: Trust
    do {
      trust = try await threads.run {
        // Docker Hub's own hosts are what they are, whatever a resolver says.
        let isDockerHub = settings.isDockerHub && address.host.hasSuffix(".docker.io")
        let isInsecure =
          !isDockerHub
          && settings.insecureHosts.contains(host: address.host, port: address.port, resolve: IPAddress.resolve)
        var names = [address.authority, "\(address.host):\(address.port)", address.host]
        if isDockerHub { names.append(settings.host) }
        let folder =
          address.isSecure
          ? try CertificateFolder.read(names, in: settings.certificateDirectories) : CertificateFolder()
        return Trust(verifies: !isInsecure, folder: folder)
      }
    } catch let error as GantryError {
      throw error
    } catch {
      throw GantryError(.internal, "\(error)")
    }
    known.withLock { $0[address.origin] = trust }
    return trust
  }
}
