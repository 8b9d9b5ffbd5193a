import Errors
import Linux

/// How this host keeps its cgroups.
public struct CgroupLayout: Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// One hierarchy for each controller.
    case v1
    /// The unified hierarchy alone.
    case v2
    /// The controllers as in v1, and an (almost) empty unified hierarchy beside them.
    case hybrid
  }

  public let kind: Kind
  public let hierarchies: [CgroupHierarchy]

  /// The unified hierarchy, where there is one.
  public var unified: CgroupHierarchy? { hierarchies.first(where: \.isUnified) }

  /// The v1 hierarchy that has `controller`.
  public func hierarchy(of controller: String) -> CgroupHierarchy? {
    hierarchies.first { $0.controllers.contains(controller) }
  }

  /// Looks at what is mounted.
  ///
  /// - Parameter root: a directory that stands for "/", for tests.
  /// - Throws: `.failedPrecondition` where no cgroup hierarchy is mounted.
  public static func detect(root: String = "") throws(GantryError) -> CgroupLayout {
    let path = "\(root)/proc/self/mountinfo"
    let bytes = try FileDescriptor.open(path, 0).readAll()
    return try CgroupLayout(mountInfo: String(decoding: bytes, as: UTF8.self), root: root)
  }

  /// Reads the text of `/proc/self/mountinfo` (proc(5)).
  ///
  /// - Throws: as `detect(root:)`.
  public init(mountInfo: String, root: String = "") throws(GantryError) {
    var hierarchies: [CgroupHierarchy] = []
    for line in mountInfo.split(separator: "\n") {
      guard let hierarchy = CgroupHierarchy(mountInfoLine: line, root: root) else { continue }
      // The same hierarchy may be mounted in several places; the first is the host's own.
      guard !hierarchies.contains(where: { $0.isSame(as: hierarchy) }) else { continue }
      hierarchies.append(hierarchy)
    }
    let hasUnified = hierarchies.contains(where: \.isUnified)
    let hasControllers = hierarchies.contains { !$0.isUnified }
    switch (hasUnified, hasControllers) {
    case (true, true): kind = .hybrid
    case (true, false): kind = .v2
    case (false, true): kind = .v1
    case (false, false):
      throw GantryError(
        .failedPrecondition, "no cgroup hierarchy is mounted; mount one, as by: mount -t cgroup2 none /sys/fs/cgroup")
    }
    self.hierarchies = hierarchies
  }
}

extension CgroupHierarchy {
  /// Super block options of a v1 mount that are no controllers.
  private static let otherOptions: Set<Substring> = [
    "rw", "ro", "xattr", "noprefix", "clone_children", "none", "favordynmods",
  ]

  init?(mountInfoLine line: Substring, root: String) {
    let fields = line.split(separator: " ")
    guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
    let mountPoint = root + Self.unescaped(fields[4])
    switch fields[dash + 1] {
    case "cgroup2": self.init(mountPoint: mountPoint, controllers: [], isUnified: true)
    case "cgroup":
      let options = fields[dash + 3].split(separator: ",")
      let controllers = options.filter { option in
        !Self.otherOptions.contains(option) && (!option.contains("=") || option.hasPrefix("name="))
      }
      self.init(mountPoint: mountPoint, controllers: controllers.map(String.init), isUnified: false)
    default: return nil
    }
  }

  func isSame(as other: CgroupHierarchy) -> Bool {
    isUnified == other.isUnified && controllers == other.controllers
  }

  /// Undoes the kernel's \040 for space, and its kin.
  private static func unescaped(_ field: Substring) -> String {
    guard field.contains("\\") else { return String(field) }
    var bytes: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
