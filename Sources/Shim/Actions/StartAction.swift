import CLinux
import Errors
import Glibc
import Linux
import Messages

/// `start`: makes the socket, leaves a serving shim behind, and names the address.
struct StartAction {
  let arguments: ShimArguments

  /// Annotations that put several containers into one shim, the first that is there counts.
  private static let groupAnnotations = ["io.containerd.runc.v2.group", "io.kubernetes.cri.sandbox-id"]

  /// - Returns: what containerd reads: the address in its oldest form, which every version understands.
  /// - Throws: `GantryError`; no socket and no process is left behind.
  func run() throws(GantryError) -> String {
    let input = try BootstrapInput(
      parsing: StandardInput.read(), id: arguments.id, namespace: arguments.namespace)
    let bundle = try ShimBundle(path: ".")
    let path = try socketPath(bundle, directory: input.socketDirectory)
    try Directory.create(above: path, mode: 0o700)
    let listener: FileDescriptor
    do throws(GantryError) {
      listener = try UnixSocket.listen(path: path, mode: 0o600)
    } catch  where error.code == .alreadyExists {
      // The shim of our group.
      return try announce(path, bundle)
    }
    do throws(GantryError) {
      let address = try announce(path, bundle)
      try serve(listener, input)
      return address
    } catch {
      _ = unlink(path)
      throw error
    }
  }

  private func socketPath(_ bundle: ShimBundle, directory: String) throws(GantryError) -> String {
    let annotations = try bundle.specification().annotations
    let group = Self.groupAnnotations.compactMap { annotations[$0] }.first { !$0.isEmpty } ?? arguments.id
    return ShimAddress.path(
      directory: directory.isEmpty ? ShimAddress.defaultDirectory : directory, address: arguments.address,
      namespace: arguments.namespace, group: group)
  }

  /// containerd 1.6 itself reads the file when it comes back.
  private func announce(_ path: String, _ bundle: ShimBundle) throws(GantryError) -> String {
    let address = "unix://\(path)"
    try bundle.write(Array(address.utf8), to: "address")
    return address
  }

  private func serve(_ listener: FileDescriptor, _ input: BootstrapInput) throws(GantryError) {
    let program = try Self.ownPath()
    var command = [program, "-namespace", arguments.namespace, "-id", arguments.id, "-address", arguments.address]
    if arguments.debug { command.append("-debug") }
    var environment = ProcessEnvironment.variables.filter { !$0.hasPrefix("GANTRY_SHIM_SOCKET=") }
    environment.append("GANTRY_SHIM_SOCKET=3")
    if !input.eventAddress.isEmpty {
      environment.removeAll { $0.hasPrefix("TTRPC_ADDRESS=") }
      environment.append("TTRPC_ADDRESS=\(input.eventAddress)")
    }
    let pid = try ProgramLaunch(
      path: program, arguments: command, environment: environment, descriptors: [3: listener], startsSession: true
    ).spawn()
    do throws(GantryError) {
      try place(pid, input.options.shimCgroup)
    } catch {
      _ = kill(pid, SIGKILL)
      throw error
    }
  }

  private func place(_ pid: pid_t, _ cgroup: String) throws(GantryError) {
    if !cgroup.isEmpty { try ShimPlacement.move(pid, to: cgroup) }
    ShimPlacement.preferForKilling(pid)
  }

  private static func ownPath() throws(GantryError) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = try retryingOnInterrupt("readlink", "/proc/self/exe") {
      readlink("/proc/self/exe", &buffer, buffer.count)
    }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
