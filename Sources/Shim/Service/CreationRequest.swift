import ContainerLog
import Errors
import Launcher
import Linux
import Messages

/// All that is needed to make a container, whichever service was asked for it.
struct CreationRequest {
  var task: ContainerdTaskV2.CreateTaskRequest
  var streams: StreamPlan
  var kept: KeptSettings?
  var log: LogWriter?
  var networkNamespace: FileDescriptor?
  var rootEntries: [RootEntry] = []

  /// runc's options, as ctr, nerdctl and dockerd send them.
  ///
  /// - Throws: `.invalidArgument` for options of another runtime.
  func options() throws(GantryError) -> ContainerdRuncV1.Options {
    guard let packed = task.options, !packed.typeUrl.isEmpty else { return ContainerdRuncV1.Options() }
    if packed.typeUrl.hasSuffix("runtimeoptions.v1.Options") { return ContainerdRuncV1.Options() }
    return try packed.unpack()
  }
}
