import Errors
import Messages

/// What containerd writes to the standard input of `start`.
struct BootstrapInput: Equatable {
  var options: ContainerdRuncV1.Options
  /// Where the socket is to be; "" is containerd's default.
  var socketDirectory = ""
  /// The supervisor's ttrpc socket, where it was told here; "" leaves it to the environment.
  var eventAddress = ""

  /// Up to 2.2 it is an `Any` with options, or nothing; from 2.3 on it is `BootstrapParams`.
  ///
  /// An `Any` can be read as `BootstrapParams`, too: what names this very container and namespace is the latter.
  ///
  /// - Throws: `.invalidArgument` for what is neither.
  init(parsing bytes: [UInt8], id: String, namespace: String) throws(GantryError) {
    if let parameters = try? ContainerdRuntimeBootstrapV1.BootstrapParams(serialized: bytes),
      parameters.instanceId == id, parameters.namespace == namespace
    {
      let packed = parameters.extensions.compactMap(\.value)
      let options = packed.first { $0.isA(ContainerdRuncV1.Options.self) }
      self.options = try options?.unpack() ?? ContainerdRuncV1.Options()
      socketDirectory = parameters.socketDir
      eventAddress = parameters.containerdTtrpcAddress
      return
    }
    let packed = try GoogleProtobuf.AnyMessage(serialized: bytes)
    options = packed.isA(ContainerdRuncV1.Options.self) ? try packed.unpack() : ContainerdRuncV1.Options()
  }
}
