import Hashing
import CConfinement
import CLinux
import Digests
import Errors
import Glibc
import Linux
import Messages
import SharedLibraries

/// How a worker gives up everything but its job, before it reads a stranger's first byte.
///
/// It must be called while the process has one thread: what comes later inherits all of it. What is left: the target
/// as root of the file system, a mount namespace nobody else sees, no network, a handful of capabilities or none, a
/// filter on system calls, no way to run other code.
enum Confinement {
  /// Reads archives: writes files of its own into the staging directory, and needs no capability for it.
  static func enter(staging: FileDescriptor) throws(GantryError) {
    try prepare()
    let place = try Mounting.place(apartFrom: [])
    try Mounting.bind(staging, to: place)
    try lock(into: place, keeping: [])
  }

  /// Unpacks a layer: makes files of any owner, mode and kind below the snapshot's mounts.
  static func enter(mounts: [ContainerdTypes.Mount]) throws(GantryError) {
    try prepare()
    let place = try Mounting.place(apartFrom: mounts)
    for mount in mounts { try Mounting.mount(mount, at: place) }
    try lock(into: place, keeping: [.changeOwner, .overrideAccess, .fileOwner, .keepSetID, .makeNode, .setCapability])
  }

  /// Does something to descriptors that came with the request: the file system it sees is empty.
  static func enterEmpty() throws(GantryError) {
    try prepare()
    let place = try Mounting.place(apartFrom: [])
    try Mounting.empty(at: place)
    try lock(into: place, keeping: [])
  }

  /// Reads trees, each in a directory of this name below the root; nothing can be written. Whoever owns a file, it can
  /// be read.
  static func enter(trees: [(name: String, view: MountView)]) throws(GantryError) {
    try prepare()
    let place = try Mounting.place(apartFrom: trees.flatMap(\.view.mounts))
    try Mounting.empty(at: place)
    for (name, view) in trees {
      let directory = "\(place)/\(name)"
      try retryingOnInterrupt("mkdir", directory) { mkdir(directory, 0o700) }
      try view.mount(at: directory)
    }
    try lock(into: place, keeping: [.overrideAccess])
  }

  private enum Capability: UInt64 {
    case changeOwner = 0
    case overrideAccess = 1
    case fileOwner = 3
    case keepSetID = 4
    case makeNode = 27
    case setCapability = 31
  }

  private static func prepare() throws(GantryError) {
    guard geteuid() == 0 else {
      throw GantryError(.permissionDenied, "a worker mounts and changes its root: it must be run as root")
    }
    let threads = try FileDescriptor.open("/proc/self/task", O_RDONLY | O_DIRECTORY).directoryEntries().count
    guard threads == 1 else {
      throw GantryError(.internal, "a worker with \(threads) threads cannot confine itself")
    }
    // Once inside, no library can be found.
    for library in [SharedLibrary.archive, .gzip, .seccomp] { try library.load() }
    gantry_warm_up()
    // libcrypto reads its configuration with the first digest.
    _ = try Digest.of([])
    umask(0)
    try retryingOnInterrupt("unshare") { gantry_leave_shared_namespaces() }
  }

  private static func lock(into place: String, keeping kept: [Capability]) throws(GantryError) {
    try retryingOnInterrupt("chdir", place) { chdir(place) }
    try retryingOnInterrupt("pivot_root", place) { gantry_pivot_here() }
    try limit(RLIMIT_CORE, to: 0)
    // A hostile archive shall not take the machine's memory; libarchive and the threads' stacks stay far below.
    try limit(RLIMIT_AS, to: 4 << 30)
    raiseDescriptorLimit()
    let capabilities = kept.reduce(UInt64(0)) { $0 | 1 << $1.rawValue }
    try retryingOnInterrupt("capset") { gantry_keep_capabilities(capabilities) }
    try retryingOnInterrupt("prctl") { gantry_prctl(PR_SET_NO_NEW_PRIVS, 1) }
    let status = gantry_install_worker_filter()
    guard status == 0 else { throw .system("seccomp", errno: -status) }
  }

  private static func limit(_ resource: __rlimit_resource, to value: rlim_t) throws(GantryError) {
    let limit = rlimit(rlim_cur: value, rlim_max: value)
    try retryingOnInterrupt("setrlimit") {
      withUnsafePointer(to: limit) { setrlimit(__rlimit_resource_t(UInt32(resource.rawValue)), $0) }
    }
  }

  /// Directories that are removed are open meanwhile, one for each level.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
  }
}
