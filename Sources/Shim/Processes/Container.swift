import Cgroups
import ContainerLog
import Errors
import Linux
import Messages
import RuntimeSpec

/// A container of this shim.
final class Container {
  let id: String
  let bundle: ShimBundle
  let specification: Specification
  let rootfs: [ContainerdTypes.Mount]
  let options: ContainerdRuncV1.Options
  let cgroup: Cgroup?
  let process: ContainerProcess
  /// How the shim keeps its streams, where the supervisor made it by `gantry.shim.v1`.
  let kept: KeptSettings?
  let log: LogWriter?
  /// Held as long as the container, so that the namespace stays.
  let networkNamespace: FileDescriptor?
  var execs: [String: ContainerProcess] = [:]
  var isPaused = false
  var wasOutOfMemory = false
  var memoryWatch: OutOfMemoryWatch?
  /// Held where that costs no waiting for a disk: the exit is told before the file systems are unmounted, which the kernel
  /// does otherwise while the process is still ending.
  var mountNamespace: FileDescriptor?

  init(
    id: String, bundle: ShimBundle, specification: Specification, rootfs: [ContainerdTypes.Mount],
    options: ContainerdRuncV1.Options, cgroup: Cgroup?, process: ContainerProcess, kept: KeptSettings?, log: LogWriter?,
    networkNamespace: FileDescriptor?
  ) {
    self.id = id
    self.bundle = bundle
    self.specification = specification
    self.rootfs = rootfs
    self.options = options
    self.cgroup = cgroup
    self.process = process
    self.kept = kept
    self.log = log
    self.networkNamespace = networkNamespace
  }

  /// The process of that id, "" being the first.
  ///
  /// - Throws: `.notFound`.
  func process(_ execID: String) throws(GantryError) -> ContainerProcess {
    if execID.isEmpty { return process }
    guard let exec = execs[execID] else {
      throw GantryError(.notFound, "process does not exist \(execID): not found")
    }
    return exec
  }

  /// Whether the end of the first process ends all others, because they live in a PID namespace of its own.
  var hasOwnProcessNamespace: Bool {
    specification.linux?.namespaces.contains { $0.type == .pid && $0.path.isEmpty } ?? false
  }

  /// Additional groups as they were written, which further processes have, too.
  var writtenGroups: [String] {
    let text = specification.annotations[Annotations.groups] ?? ""
    return text.split(separator: ",").map(String.init)
  }

  /// Where compiled seccomp filters are shared between the shims of one supervisor; nil under containerd.
  static func seccompCache(bundle: String) -> String? {
    let parts = bundle.split(separator: "/")
    guard parts.count > 3, parts[parts.count - 3] == "shims" else { return nil }
    return "/" + parts.dropLast(3).joined(separator: "/") + "/seccomp"
  }
}
