import AsyncServices
import AsyncWire
import Errors
import Messages

/// The connection to one shim. Safe to use from anywhere.
///
/// Calls without a timeout of their own have ten seconds, `Wait` as long as it takes. All of them end as
/// `.unavailable` when the shim dies.
public final class ShimHandle: Sendable {
  /// The container's id.
  public let id: String
  /// Absolute path of the bundle directory.
  public let bundle: String
  /// The shim's process id, 0 where another supervisor started it; `Status` and `Connect` tell it then.
  public let pid: Int32
  /// containerd's Task service.
  public let task: ContainerdTaskV2.TaskClient
  /// What gantry-shim answers beside it.
  public let shim: GantryShimV1.ShimClient
  private let client: Client

  static let callTimeout: Duration = .seconds(10)

  init(id: String, bundle: String, pid: Int32, client: Client) {
    self.id = id
    self.bundle = bundle
    self.pid = pid
    self.client = client
    let caller = DeadlineCaller(
      client: client, timeout: Self.callTimeout, unlimited: ["Wait"], subject: "shim of container \(id)")
    task = ContainerdTaskV2.TaskClient(caller)
    shim = GantryShimV1.ShimClient(caller)
  }

  /// The socket it listens on.
  public var socketPath: String { ShimBundle.socket(in: bundle) }

  /// Returns when the shim is gone, when `close` was called, or when the waiting task is cancelled.
  public func waitUntilClosed() async { await client.waitUntilClosed() }

  /// Lets go of the connection; the shim stays as it is.
  public func close() { client.close() }
}
