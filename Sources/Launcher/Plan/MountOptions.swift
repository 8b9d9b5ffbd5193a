import RuntimeSpec

/// The options of a mount, sorted by who takes them.
package struct MountOptions: Sendable, Equatable {
  /// MOUNT_ATTR_* of mount_setattr(2).
  package struct Attributes: Sendable, Equatable {
    package var set: UInt64 = 0
    package var clear: UInt64 = 0
  }

  package var isBind = false
  package var isRecursive = false
  package var isRemount = false
  package var copiesUp = false
  /// Of the mount itself.
  package var own = Attributes()
  /// Of the mount and all below it ("rro" and its kin).
  package var tree = Attributes()
  /// MS_SHARED and so on; 0 for none.
  package var propagation: UInt64 = 0
  package var propagatesRecursively = false
  /// What the file system itself understands.
  package var data: [(key: String, value: String?)] = []

  static let readOnly: UInt64 = 0x1
  private static let noSetUserID: UInt64 = 0x2
  private static let noDevices: UInt64 = 0x4
  private static let noExecution: UInt64 = 0x8
  private static let accessTimes: UInt64 = 0x70
  private static let noAccessTime: UInt64 = 0x10
  private static let strictAccessTime: UInt64 = 0x20
  private static let noDirectoryAccessTime: UInt64 = 0x80
  private static let noLinks: UInt64 = 0x20_0000

  private static let attributes: [String: Attributes] = [
    "ro": .init(set: readOnly), "rw": .init(clear: readOnly),
    "nosuid": .init(set: noSetUserID), "suid": .init(clear: noSetUserID),
    "nodev": .init(set: noDevices), "dev": .init(clear: noDevices),
    "noexec": .init(set: noExecution), "exec": .init(clear: noExecution),
    "noatime": .init(set: noAccessTime, clear: accessTimes), "atime": .init(clear: accessTimes),
    "relatime": .init(clear: accessTimes), "norelatime": .init(),
    "strictatime": .init(set: strictAccessTime, clear: accessTimes), "nostrictatime": .init(clear: accessTimes),
    "nodiratime": .init(set: noDirectoryAccessTime), "diratime": .init(clear: noDirectoryAccessTime),
    "nosymfollow": .init(set: noLinks), "symfollow": .init(clear: noLinks),
  ]

  private static let propagations: [String: UInt64] = [
    "unbindable": 1 << 17, "private": 1 << 18, "slave": 1 << 19, "shared": 1 << 20,
  ]

  /// Options that mean nothing here: defaults, or what only mount(8) reads.
  private static let ignored: Set<String> = [
    "defaults", "auto", "noauto", "user", "nouser", "users", "owner", "group", "_netdev", "nofail", "async", "loud",
    "nomand", "noiversion", "nolazytime", "Z", "z",
  ]

  package init(_ options: [String]) {
    for option in options where !option.isEmpty { add(option) }
  }

  private mutating func add(_ option: String) {
    if let attributes = Self.attributes[option] {
      own.add(attributes)
    } else if option.hasPrefix("r"), let attributes = Self.attributes[String(option.dropFirst())] {
      tree.add(attributes)
    } else if let propagation = Self.propagations[option] {
      self.propagation = propagation
    } else if option.hasPrefix("r"), let propagation = Self.propagations[String(option.dropFirst())] {
      self.propagation = propagation
      propagatesRecursively = true
    } else if !Self.ignored.contains(option) {
      addOther(option)
    }
  }

  private mutating func addOther(_ option: String) {
    switch option {
    case "bind": isBind = true
    case "rbind":
      isBind = true
      isRecursive = true
    case "remount": isRemount = true
    case "tmpcopyup": copiesUp = true
    default:
      let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      data.append((String(pair[0]), pair.count == 2 ? String(pair[1]) : nil))
    }
  }

  package static func == (left: MountOptions, right: MountOptions) -> Bool {
    left.isBind == right.isBind && left.isRecursive == right.isRecursive && left.isRemount == right.isRemount
      && left.copiesUp == right.copiesUp && left.own == right.own && left.tree == right.tree
      && left.propagation == right.propagation && left.propagatesRecursively == right.propagatesRecursively
      && left.data.elementsEqual(right.data) { $0 == $1 }
  }
}

extension MountOptions.Attributes {
  /// Adds what a later option says; it wins over an earlier one.
  fileprivate mutating func add(_ later: MountOptions.Attributes) {
    set = (set & ~later.clear) | later.set
    clear = (clear & ~later.set) | later.clear
  }
}
