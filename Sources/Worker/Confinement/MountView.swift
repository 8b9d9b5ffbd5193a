import Errors
import Glibc
import Messages

/// The mounts of a snapshot as a tree to read: what can be written there is left alone.
struct MountView {
  let mounts: [ContainerdTypes.Mount]
  /// The topmost first.
  private let directories: [String]
  private let options: [String]
  /// Where the snapshot's own files are, apart from those below it; nil where that cannot be told apart.
  let upperDirectory: String?

  /// - Throws: `.invalidArgument` for mounts that no snapshotter of ours gives.
  init(_ mounts: [ContainerdTypes.Mount]) throws(GantryError) {
    self.mounts = mounts
    guard let mount = mounts.first, mounts.count == 1, mount.target.isEmpty || mount.target == "/" else {
      throw GantryError(.invalidArgument, "a tree is one mount at its root, and not \(mounts.count)")
    }
    switch mount.type {
    case "bind":
      directories = [mount.source]
      options = []
      upperDirectory = nil
    case "overlay":
      let upper = Self.value("upperdir", mount.options)
      let lower = Self.value("lowerdir", mount.options).map { $0.split(separator: ":").map(String.init) } ?? []
      directories = (upper.map { [$0] } ?? []) + lower
      let others = mount.options.filter { option in
        !["upperdir=", "lowerdir=", "workdir="].contains(where: option.hasPrefix)
          && !["rw", "ro", "volatile"].contains(option)
      }
      // The upper directory may be another overlay's at this moment.
      options = others.contains("index=off") ? others : others + ["index=off"]
      upperDirectory = Self.holdsDifference(mount.options) ? upper : nil
    default:
      throw GantryError(.invalidArgument, "a mount of type \"\(mount.type)\" is not supported for a tree")
    }
    guard directories.allSatisfy({ $0.hasPrefix("/") }) else {
      throw GantryError(.invalidArgument, "a tree's directories are named by absolute paths")
    }
  }

  private static func value(_ key: String, _ options: [String]) -> String? {
    options.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
  }

  /// Whether the upper directory is all of the difference: with redirected directories, or files whose data stayed
  /// below, only the merged tree tells.
  private static func holdsDifference(_ options: [String]) -> Bool {
    ["redirect_dir", "metacopy"].allSatisfy { name in
      let chosen = value(name, options) ?? (isOn("/sys/module/overlay/parameters/\(name)") ? "on" : "off")
      return chosen == "off" || chosen == "nofollow"
    }
  }

  private static func isOn(_ parameter: String) -> Bool {
    guard let file = fopen(parameter, "re") else { return false }
    defer { fclose(file) }
    return fgetc(file) == Int32(UInt8(ascii: "Y"))
  }

  func mount(at place: String) throws(GantryError) {
    try Mounting.readOnly(directories, options: options, at: place)
  }
}

extension MountView {
  /// A snapshot's own files alone.
  init(upperDirectory: String) throws(GantryError) {
    try self.init([.init(type: "bind", source: upperDirectory)])
  }
}
