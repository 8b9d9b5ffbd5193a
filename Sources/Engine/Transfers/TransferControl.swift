import AsyncServices
import Core
import Errors
import Glibc
import Messages
import Synchronization
import Version

/// What all transfers of an engine have in common: the settings of the moment, how many run at a time, and who does
/// what at present. Safe to use from anywhere.
package final class TransferControl: Sendable {
  private let settings: Mutex<TransferSettings>
  let downloads: Slots
  let uploads: Slots
  /// For unpacking what is on the disk already: it is bound by the processors, not by the network.
  let unpacking: Slots
  let layers = SharedWork<GantryEngineV1.TransferProgress>()
  let blobs = SharedWork<GantryEngineV1.TransferProgress>()

  package init(_ settings: TransferSettings, processors: Int = sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
    self.settings = Mutex(settings)
    downloads = Slots(settings.maximumDownloads)
    uploads = Slots(settings.maximumUploads)
    unpacking = Slots(processors)
  }

  /// Takes over what SIGHUP has read. Transfers under way go on with what they began with.
  package func apply(_ settings: TransferSettings) {
    self.settings.withLock { $0 = settings }
    downloads.setLimit(settings.maximumDownloads)
    uploads.setLimit(settings.maximumUploads)
  }

  /// The settings of the moment.
  package var current: TransferSettings { settings.withLock { $0 } }

  /// How often a blob is sent at most; the setting "max-download-attempts" is for what comes.
  static let uploadAttempts = 5

  /// What a process that speaks to `host` is to know.
  ///
  /// - Parameter attempts: how often a request is made at most; nil is as the settings have it.
  func request(
    host: String, credentials: GantryRegistryV1.Credentials?, attempts: Int? = nil
  ) -> GantryRegistryV1.ConfigureRequest {
    let settings = current
    return .init(
      host: host, credentials: credentials, mirrors: settings.mirrors,
      insecureRegistries: settings.insecureRegistries, certificateDirectories: settings.certificateDirectories,
      httpProxy: settings.httpProxy, httpsProxy: settings.httpsProxy, noProxy: settings.noProxy,
      retries: UInt32(clamping: attempts ?? settings.attempts), userAgent: "gantry/\(ProductVersion.number)")
  }
}
