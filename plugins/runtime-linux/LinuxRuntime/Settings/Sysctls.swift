import Errors
import Messages

/// Kernel settings of the container's own namespaces.
enum Sysctls {
  /// Docker's defaults where the network is the container's own: low ports and ping for everyone.
  private static let ofOwnNetwork = [
    "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647",
  ]

  private static let ofOwnIPC: Set<String> = [
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
    "kernel.shm_rmid_forced",
  ]

  /// - Throws: `.invalidArgument` for a setting that would change the host.
  static func settings(_ container: GantryRuntimeV1.Container) throws(GantryError) -> [String: String] {
    var settings = container.networkMode == "host" ? [:] : ofOwnNetwork
    if !container.domainname.isEmpty && container.utsMode != "host" {
      settings["kernel.domainname"] = container.domainname
    }
    for (name, value) in container.sysctls.sorted(by: { $0.key < $1.key }) {
      // As sysctl(8) also takes it.
      let name = name.contains(".") ? name : String(name.map { $0 == "/" ? "." : $0 })
      if name.hasPrefix("net.") {
        guard container.networkMode != "host" else { throw refusal(name, "network", "--network host") }
      } else if name.hasPrefix("fs.mqueue.") || ofOwnIPC.contains(name) {
        guard container.ipcMode != "host" else { throw refusal(name, "IPC", "--ipc host") }
      } else {
        throw GantryError(
          .invalidArgument,
          "sysctl '\(name)=\(value)' is not allowed: only net.*, fs.mqueue.* and System V IPC settings belong to a container"
        )
      }
      settings[name] = value
    }
    return settings
  }

  private static func refusal(_ name: String, _ namespace: String, _ option: String) -> GantryError {
    GantryError(
      .invalidArgument,
      "sysctl \"\(name)\" is not allowed in the host's \(namespace) namespace; leave out \(option) or the setting")
  }
}
