import CLinux
import Cgroups
import Errors
import Glibc
import Linux
import Messages

/// `delete`: makes sure that nothing of one container is left, whether or not its shim lives.
///
/// containerd calls it after every task, also those that were deleted in good order; it never touches a shim.
struct DeleteAction {
  let arguments: ShimArguments
  private static let patience = Duration.seconds(2)

  /// - Returns: the response for containerd.
  func run() -> ContainerdTaskV2.DeleteResponse {
    let path = bundlePath
    guard let bundle = try? ShimBundle(path: path) else {
      return .init(exitStatus: 128 + UInt32(SIGKILL), exitedAt: .now())
    }
    let pid = bundle.read("init.pid").flatMap { Int32(String(decoding: $0, as: UTF8.self)) } ?? 0
    removeCgroup(bundle)
    unmount("\(path)/rootfs")
    removeDeadSocket(bundle)
    if let record = bundle.exitRecord {
      return .init(pid: record.pid, exitStatus: record.exitStatus, exitedAt: record.exitedAt)
    }
    return .init(pid: UInt32(clamping: pid), exitStatus: 128 + UInt32(SIGKILL), exitedAt: .now())
  }

  /// The working directory may be any container's of the group; its siblings are the others.
  private var bundlePath: String {
    if !arguments.bundle.isEmpty { return arguments.bundle }
    var buffer = [CChar](repeating: 0, count: 4096)
    guard getcwd(&buffer, buffer.count) != nil else { return "../\(arguments.id)" }
    let directory = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(directory.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" })/\(arguments.id)"
  }

  private func removeCgroup(_ bundle: ShimBundle) {
    guard let specification = try? bundle.specification() else { return }
    let path = CgroupPath.path(
      specification.linux?.cgroupsPath ?? "", namespace: arguments.namespace, id: arguments.id)
    do throws(GantryError) {
      let cgroup = try Cgroup(path: path, layout: .detect())
      try cgroup.killAll(timeout: Self.patience)
      try cgroup.delete(timeout: Self.patience)
    } catch {
      ShimLog.warning("cgroup \(path) is left behind: \(error)")
    }
  }

  /// A shim that was killed leaves its socket; one that still serves others of its group keeps it.
  private func removeDeadSocket(_ bundle: ShimBundle) {
    guard let address = bundle.read("address") else { return }
    let path = String(decoding: address, as: UTF8.self).split(separator: "://").last.map(String.init) ?? ""
    do throws(GantryError) {
      _ = try UnixSocket.connect(path: path)
    } catch {
      if error.errno == ECONNREFUSED { _ = unlink(path) }
    }
  }

  private func unmount(_ path: String) {
    while umount2(path, Int32(MNT_DETACH)) == 0 {}
  }
}
