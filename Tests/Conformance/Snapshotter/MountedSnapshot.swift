import CLinux
import Errors
import Glibc
import Linux
import Messages
import Threads

/// The files of a snapshot, seen through its mounts as a container would see them.
enum MountedSnapshot {
  /// Runs `body` with the path where the mounts are.
  ///
  /// A bind is looked at where it comes from; anything else is mounted in a mount namespace that one thread has for
  /// itself, so nothing is ever seen or left behind on the host.
  static func with<Value: Sendable>(
    _ mounts: [ContainerdTypes.Mount], _ body: @escaping @Sendable (_ path: String) throws -> Value
  ) async throws -> Value {
    if mounts.count == 1, let mount = mounts.first, isBind(mount) { return try body(mount.source) }
    guard !mounts.isEmpty else { throw CheckFailure.failed("a snapshot that can be used must have mounts") }
    guard geteuid() == 0 else { try skip("mounting \(mounts[0].type) takes root") }
    return try await DetachedThread.run(name: "mounts") {
      guard gantry_unshare(cloneNewNamespace | cloneFilesystem) == 0 else {
        try skip("mount namespaces are not allowed here")
      }
      try system("mount", "/") { mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) }
      let target = "/tmp"
      for (index, entry) in mounts.enumerated() { try place(entry, at: index == 0 ? target : target + entry.target) }
      return try body(target)
    }
  }

  static func isBind(_ mount: ContainerdTypes.Mount) -> Bool {
    mount.type == "bind" || mount.options.contains("bind") || mount.options.contains("rbind")
  }

  /// Whether a container could not write to it.
  static func isReadOnly(_ mounts: [ContainerdTypes.Mount]) -> Bool {
    // An overlay without an upper directory takes no writes either.
    mounts.allSatisfy { mount in
      mount.options.contains("ro")
        || (mount.type == "overlay" && !mount.options.contains { $0.hasPrefix("upperdir=") })
    }
  }

  private static let cloneNewNamespace: Int32 = 0x0002_0000
  private static let cloneFilesystem: Int32 = 0x0000_0200
  private static let flags: [String: Int32] = [
    "ro": MS_RDONLY, "bind": MS_BIND, "rbind": MS_BIND | MS_REC, "nosuid": MS_NOSUID, "nodev": MS_NODEV,
    "noexec": MS_NOEXEC, "rw": 0,
  ].mapValues { Int32($0) }

  private static func place(_ entry: ContainerdTypes.Mount, at target: String) throws {
    let bits = entry.options.reduce(0) { $0 | (flags[$1] ?? 0) }
    let data = entry.options.filter { flags[$0] == nil }.joined(separator: ",")
    try system("mount", entry.type) { mount(entry.source, target, entry.type, UInt(bits), data) }
  }

  private static func system(_ call: String, _ object: String, _ body: () -> Int32) throws {
    if body() != 0 { throw GantryError.system(call, object) }
  }
}
