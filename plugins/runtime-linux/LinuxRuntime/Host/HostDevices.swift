import Errors
import Glibc
import Linux
import RuntimeSpec

/// Device nodes of the host.
enum HostDevices {
  /// Directories of /dev that are file systems of their own, or somebody's private matter.
  private static let skipped: Set<String> = ["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console"]

  /// Deeper than any driver nests its nodes.
  private static let deepest = 8

  /// Every device below /dev, in the order of their names, for `--privileged`.
  static func all(root: String = "/dev") -> [DeviceSpec] {
    found(below: root, as: root, depth: 0)
  }

  /// The device at a path, or those below a directory, for `--device`.
  ///
  /// - Throws: `.invalidArgument` where there is none.
  static func at(_ path: String, as target: String) throws(GantryError) -> [DeviceSpec] {
    var information = stat()
    guard stat(path, &information) == 0 else {
      throw GantryError(
        .invalidArgument,
        "error gathering device information while adding custom device \"\(path)\": "
          + String(cString: strerror(errno)).lowercased(), cause: .system(call: "stat", errno: errno, object: path))
    }
    if let device = DeviceSpec(information, path: target) { return [device] }
    let below = information.st_mode & S_IFMT == S_IFDIR ? found(below: path, as: target, depth: 0) : []
    guard !below.isEmpty else {
      throw GantryError(
        .invalidArgument, "error gathering device information while adding custom device \"\(path)\": not a device node"
      )
    }
    return below
  }

  private static func found(below directory: String, as target: String, depth: Int) -> [DeviceSpec] {
    guard depth < deepest, let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." && !skipped.contains(name) { names.append(name) }
    }
    var devices: [DeviceSpec] = []
    for name in names.sorted() {
      var information = stat()
      guard lstat("\(directory)/\(name)", &information) == 0 else { continue }
      if information.st_mode & S_IFMT == S_IFDIR {
        devices += found(below: "\(directory)/\(name)", as: "\(target)/\(name)", depth: depth + 1)
      } else if let device = DeviceSpec(information, path: "\(target)/\(name)") {
        devices.append(device)
      }
    }
    return devices
  }
}

extension DeviceSpec {
  /// nil for what is no device node.
  fileprivate init?(_ information: stat, path: String) {
    let type: String
    switch information.st_mode & S_IFMT {
    case S_IFCHR: type = "c"
    case S_IFBLK: type = "b"
    default: return nil
    }
    // As glibc's major(3) and minor(3), which are macros.
    let number = UInt64(information.st_rdev)
    self.init(
      path: path, type: type, major: Int64((number >> 8 & 0xfff) | (number >> 32 & ~0xfff)),
      minor: Int64((number & 0xff) | (number >> 12 & ~0xff)), fileMode: information.st_mode & 0o7777,
      uid: information.st_uid, gid: information.st_gid)
  }
}
