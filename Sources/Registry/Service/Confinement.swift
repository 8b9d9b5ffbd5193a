import CConfinement
import CLinux
import Errors
import Glibc
import Linux
import SharedLibraries

/// How the program gives up everything but the network and what it is handed, before it reads a registry's first byte.
///
/// It must be called while the process has one thread: what comes later inherits all of it. What is left: the network, a
/// read-only view of the files, no capability, no way to run other code, no unix socket.
enum Confinement {
  private static let addressSpace: rlim_t = 4 << 30

  /// - Throws: `GantryError` from the kernel; `.internal` where there is a second thread.
  static func enter() throws(GantryError) {
    let threads = try FileDescriptor.open("/proc/self/task", O_RDONLY | O_DIRECTORY).directoryEntries().count
    guard threads == 1 else {
      throw GantryError(.internal, "a process with \(threads) threads cannot confine itself")
    }
    // Once inside, no code can be loaded.
    for library in [SharedLibrary.crypto, .curl, .seccomp] { try library.load() }
    gantry_warm_up()
    gantry_load_name_services()
    // A person who tries the program out may not be root, and has nothing to give up then.
    if geteuid() == 0 {
      try retryingOnInterrupt("mount_setattr", "/") { gantry_see_files_read_only() }
      try retryingOnInterrupt("capset") { gantry_keep_capabilities(0) }
    }
    umask(0o077)
    try limit(RLIMIT_CORE, to: 0)
    try limit(RLIMIT_AS, to: addressSpace)
    try retryingOnInterrupt("prctl") { gantry_prctl(PR_SET_NO_NEW_PRIVS, 1) }
    let status = gantry_install_client_filter()
    guard status == 0 else { throw .system("seccomp", errno: -status) }
  }

  private static func limit(_ resource: __rlimit_resource, to value: rlim_t) throws(GantryError) {
    let limit = rlimit(rlim_cur: value, rlim_max: value)
    try retryingOnInterrupt("setrlimit") {
      withUnsafePointer(to: limit) { setrlimit(__rlimit_resource_t(UInt32(resource.rawValue)), $0) }
    }
  }
}
