import Core
import Errors
import Messages

/// Starts shims and finds them again. The engine's own is `ShimProcesses`.
package protocol ShimLauncher: Sendable {
  /// Makes the container's bundle, starts a shim on it and connects.
  ///
  /// - Throws: what kept the shim from coming up; no bundle is left behind then.
  func launch(id: String, executable: String) async throws -> ShimTask

  /// Puts the specification into the bundle, which the shim reads when it is told to create the container.
  ///
  /// - Parameter specification: OCI runtime specification, JSON.
  func describe(id: String, specification: [UInt8]) async throws

  /// Starts a new shim for a container whose own has died; it holds the container from then on.
  ///
  /// - Parameter kept: what was kept of the container's processes.
  /// - Throws: `.notFound` where there is nothing to take over, or why the new shim does not come up.
  func takeOver(id: String, kept: [KeptDescriptors]) async throws -> ShimTask

  /// Ends what is left of a container whose shim has died: its processes and its cgroup.
  ///
  /// - Throws: `.deadlineExceeded`, or how the attempt ended.
  func destroy(id: String) async throws

  /// Finds every shim there is, asks all of them at once, and waits no longer than a few seconds.
  func recover() async -> [FoundShim]

  /// What the shim noted of the container's end; nil where it has not ended, or nobody noted it.
  func exitRecord(id: String) async -> GantryShimV1.ExitRecord?

  /// Removes the bundle of a container whose shim is gone.
  func removeBundle(id: String) async throws

  /// Makes the first launch as quick as those that follow.
  func prepare() async

  /// Ends what only serves launches; shims go on.
  func stop() async
}
