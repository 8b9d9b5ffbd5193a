import Cgroups
import Errors
import Glibc
import Linux

/// Where the kernel keeps a new shim.
enum ShimPlacement {
  /// Moves a process into a cgroup that exists or is made (`shim_cgroup` of runc's options).
  ///
  /// - Throws: `GantryError` where it cannot be.
  static func move(_ pid: pid_t, to path: String) throws(GantryError) {
    let cgroup = try Cgroup.create(
      path: path.hasPrefix("/") ? path : "/" + path, resources: nil, layout: .detect())
    for controller in ["memory", "cpu", "pids", "freezer"] {
      guard let directory = cgroup.directory(of: controller) else { continue }
      try directory.write("cgroup.procs", "\(pid)")
    }
  }

  /// When memory runs out, a shim goes before its supervisor, as containerd's tests ask. Refused on some hosts,
  /// where it stays as it is.
  static func preferForKilling(_ pid: pid_t) {
    guard let supervisor = try? FileDescriptor.open("/proc/\(getppid())/oom_score_adj", O_RDONLY).readAll(),
      let score = Int(String(decoding: supervisor, as: UTF8.self).filter { $0 == "-" || $0.isNumber }),
      let file = try? FileDescriptor.open("/proc/\(pid)/oom_score_adj", O_WRONLY)
    else { return }
    try? file.writeAll(Array("\(min(1000, score + 1))".utf8))
  }
}
