import CLinux
import Errors
import Glibc
import Linux

/// Compiled seccomp filters in a directory, a file each: length of the profile, the profile, the program.
///
/// A cache that cannot be read or written costs time, never a container.
struct SeccompCache {
  let directory: String

  func program(for profile: [UInt8]) -> [UInt8]? {
    guard let file = try? FileDescriptor.open(path(of: profile), O_RDONLY | O_NOFOLLOW) else { return nil }
    var status = stat()
    // Only what nobody else could have written.
    guard fstat(file.number, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o022 == 0,
      let bytes = try? file.readAll(limit: 4 << 20)
    else { return nil }
    let header = Self.header(profile)
    guard bytes.starts(with: header), bytes.count > header.count, (bytes.count - header.count) % 8 == 0 else {
      return nil
    }
    return Array(bytes[header.count...])
  }

  func store(_ program: [UInt8], for profile: [UInt8]) {
    mkdir(directory, 0o700)
    let path = path(of: profile)
    let temporary = "\(path).\(getpid())"
    unlink(temporary)
    guard let file = try? FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600) else {
      return
    }
    do {
      try file.writeAll(Self.header(profile) + program)
      if rename(temporary, path) != 0 { unlink(temporary) }
    } catch {
      unlink(temporary)
    }
  }

  /// The version changes with what the compiler makes of a profile.
  private static func header(_ profile: [UInt8]) -> [UInt8] {
    Array("gantry-seccomp 1 \(profile.count)\n".utf8) + profile
  }

  private func path(of profile: [UInt8]) -> String {
    // FNV-1a: the name need only be likely to differ, the profile itself is compared.
    let hash = profile.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return "\(directory)/\(String(hash, radix: 16)).bpf"
  }
}
