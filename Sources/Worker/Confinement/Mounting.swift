import CLinux
import Errors
import Glibc
import Linux
import Messages

/// The mounts of a worker, in its own namespace: nobody else sees them, and they go with it.
enum Mounting {
  /// Nothing is executed, opened as a device or given its owner's rights below a worker's root.
  private static let safe = UInt(MS_NOSUID) | UInt(MS_NODEV) | UInt(MS_NOEXEC)
  /// The kernel takes one page of options.
  private static let maximumOptionLength = 4000

  /// A directory to mount on, above none of what the mounts refer to.
  static func place(apartFrom mounts: [ContainerdTypes.Mount]) throws(GantryError) -> String {
    let paths = mounts.flatMap { mount in
      [mount.source]
        + mount.options.flatMap { $0.split(separator: "=").dropFirst() }
        .flatMap { $0.split(separator: ":") }.map(String.init)
    }
    let candidates = ["/mnt", "/media", "/srv", "/opt", "/home", "/boot", "/tmp", "/var", "/run", "/usr"]
    for candidate in candidates where !paths.contains(where: { $0 == candidate || $0.hasPrefix(candidate + "/") }) {
      var status = stat()
      if lstat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return candidate }
    }
    throw GantryError(.failedPrecondition, "there is no directory to mount a snapshot on, such as /mnt: make one")
  }

  /// Mounts an open directory. It was opened in another mount namespace, so it must be found again in this one.
  static func bind(_ directory: FileDescriptor, to place: String) throws(GantryError) {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    try retryingOnInterrupt("readlink") { readlink("/proc/self/fd/\(directory.number)", &path, path.count - 1) }
    let source = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var (wanted, found) = (stat(), stat())
    try retryingOnInterrupt("fstat") { fstat(directory.number, &wanted) }
    try retryingOnInterrupt("lstat", source) { lstat(source, &found) }
    guard wanted.st_dev == found.st_dev, wanted.st_ino == found.st_ino else {
      throw GantryError(.failedPrecondition, "the staging directory \(source) is not where it was: it has been renamed")
    }
    try bind(source, to: place)
  }

  static func bind(_ source: String, to place: String) throws(GantryError) {
    try retryingOnInterrupt("mount", source) { Glibc.mount(source, place, nil, UInt(MS_BIND), nil) }
    try retryingOnInterrupt("mount", place) {
      Glibc.mount(nil, place, nil, UInt(MS_BIND) | UInt(MS_REMOUNT) | safe, nil)
    }
  }

  /// An empty file system in memory, for directories to mount on and nothing else.
  static func empty(at place: String) throws(GantryError) {
    try retryingOnInterrupt("mount", place) { Glibc.mount("tmpfs", place, "tmpfs", safe, "size=64k,mode=0755") }
  }

  /// Mounts directories over one another, the topmost first, for reading alone.
  static func readOnly(_ directories: [String], options: [String] = [], at place: String) throws(GantryError) {
    guard let first = directories.first else {
      throw GantryError(.invalidArgument, "a tree is made of one directory at least")
    }
    guard directories.count > 1 else {
      try retryingOnInterrupt("mount", first) { Glibc.mount(first, place, nil, UInt(MS_BIND), nil) }
      try retryingOnInterrupt("mount", place) {
        Glibc.mount(nil, place, nil, UInt(MS_BIND) | UInt(MS_REMOUNT) | UInt(MS_RDONLY) | safe, nil)
      }
      return
    }
    try overlay(options + ["lowerdir=" + directories.joined(separator: ":")], flags: safe | UInt(MS_RDONLY), at: place)
  }

  /// Mounts one entry of a snapshot's mounts.
  ///
  /// - Throws: `.invalidArgument` for a kind or an option that no snapshotter of ours gives; `GantryError` from mount(2).
  static func mount(_ mount: ContainerdTypes.Mount, at place: String) throws(GantryError) {
    guard mount.target.isEmpty || mount.target == "/" else {
      throw GantryError(.invalidArgument, "a layer is unpacked at the root of its mounts, not at \(mount.target)")
    }
    guard !mount.options.contains("ro") else {
      throw GantryError(.failedPrecondition, "the mount of \(mount.source) is read only: nothing can be unpacked there")
    }
    switch mount.type {
    case "bind": try bind(mount.source, to: place)
    case "overlay": try overlay(mount.options.filter { $0 != "rw" }, flags: safe, at: place)
    default:
      throw GantryError(.invalidArgument, "a mount of type \"\(mount.type)\" is not supported for unpacking")
    }
  }

  /// Where its options do not fit, its directories are named by the descriptors that are open on them: a few characters
  /// each, wherever they are.
  private static func overlay(_ options: [String], flags: UInt, at place: String) throws(GantryError) {
    guard options.joined(separator: ",").utf8.count > maximumOptionLength else {
      return try overlay(named: options, flags, at: place)
    }
    var held: [FileDescriptor] = []
    var short: [String] = []
    for option in options {
      guard let key = ["lowerdir=", "upperdir=", "workdir="].first(where: option.hasPrefix) else {
        short.append(option)
        continue
      }
      var names: [String] = []
      for path in option.dropFirst(key.count).split(separator: ":") {
        held.append(try FileDescriptor.open(String(path), Int32(__O_PATH) | O_DIRECTORY))
        names += held.suffix(1).map { "\($0.number)" }
      }
      short.append(key + names.joined(separator: ":"))
    }
    let here = try FileDescriptor.open(".", Int32(__O_PATH) | O_DIRECTORY)
    defer { fchdir(here.number) }
    let descriptors = "/proc/self/fd"
    try retryingOnInterrupt("chdir", descriptors) { chdir(descriptors) }
    try overlay(named: short, flags, at: place)
    withExtendedLifetime(held) {}
  }

  private static func overlay(named options: [String], _ flags: UInt, at place: String) throws(GantryError) {
    let data = options.joined(separator: ",")
    guard data.utf8.count <= maximumOptionLength else {
      throw GantryError(
        .invalidArgument, "the snapshot has too many layers to be mounted: their names take \(data.utf8.count) bytes")
    }
    try retryingOnInterrupt("mount", "overlay") { Glibc.mount("overlay", place, "overlay", flags, data) }
  }
}
