import AsyncServices
import Messages

/// A container's shim and the connection to it. Calls without a timeout of their own have one all the same;
/// only waiting for an end takes as long as it takes.
package struct ShimTask: Sendable {
  /// The container's id, which is the task's id, too.
  package let id: String
  /// 0 where that is not known.
  package let shimPID: UInt32
  package let shimPath: String
  /// Directory with `config.json`, the socket and the exit record.
  package let bundle: String
  package let socket: String
  package let task: ContainerdTaskV2.TaskClient
  package let shim: GantryShimV1.ShimClient
  /// Lets go of the connection.
  package let close: @Sendable () -> Void

  package init(
    id: String, shimPID: UInt32, shimPath: String, bundle: String, socket: String, task: ContainerdTaskV2.TaskClient,
    shim: GantryShimV1.ShimClient, close: @escaping @Sendable () -> Void
  ) {
    self.id = id
    self.shimPID = shimPID
    self.shimPath = shimPath
    self.bundle = bundle
    self.socket = socket
    self.task = task
    self.shim = shim
    self.close = close
  }
}
