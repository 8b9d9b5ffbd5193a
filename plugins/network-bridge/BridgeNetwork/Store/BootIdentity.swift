import Errors
import Glibc
import Linux

/// Tells whether a run directory is from before the last reboot: then every link it speaks of is gone.
enum BootIdentity {
  /// Empties `directory` of records when the machine was started anew since they were written.
  static func dropStale(in directory: String, recordedAt path: String) throws(GantryError) {
    let current = try FileDescriptor.open("/proc/sys/kernel/random/boot_id", O_RDONLY).readAll()
    let recorded = (try? FileDescriptor.open(path, O_RDONLY).readAll()) ?? []
    guard recorded != current else { return }
    if let listing = opendir(directory) {
      defer { closedir(listing) }
      while let entry = readdir(listing) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasSuffix(".pb") { unlink("\(directory)/\(name)") }
      }
    }
    try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).writeAll(current)
  }
}
