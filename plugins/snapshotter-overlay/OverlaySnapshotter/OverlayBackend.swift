import CLinux
import Errors
import Glibc
import Linux
import Messages
import Snapshots

/// Snapshots as layers of overlayfs: `<n>/fs` holds what a snapshot adds, `<n>/work` is the kernel's.
///
/// Layout and mount options are containerd's, so that its tools find their way.
public struct OverlayBackend: SnapshotBackend {
  public let name = "overlay"
  public let contentDirectory = "fs"

  /// Options that go before the directories.
  private let options: [String]

  private static let overlayMagic: Int64 = 0x794C_7630

  /// - Parameter path: absolute path of the store's directory.
  /// - Throws: `.failedPrecondition` where overlayfs cannot work there.
  public init(path: String) throws(GantryError) {
    guard !path.contains(where: { $0 == ":" || $0 == "," || $0 == "\\" }) else {
      throw GantryError(
        .failedPrecondition,
        "overlayfs takes no directory with ':', ',' or '\\' in its name, and \(path) has one: choose another root")
    }
    let type = try retryingOnInterrupt("statfs", path) { gantry_file_system_type(path) }
    guard type != Self.overlayMagic else {
      throw GantryError(
        .failedPrecondition,
        "\(path) lies on an overlayfs, which cannot hold another one's layers: choose another root, or the snapshotter native"
      )
    }
    options = access("/sys/module/overlay/parameters/index", F_OK) == 0 ? ["index=off"] : []
  }

  public func fill(
    _ directory: FileDescriptor, kind: Snapshot.Kind, parents: [UInt64], store: SnapshotDirectories
  ) throws(GantryError) {
    let content = try directory.makeDirectory("fs", mode: 0o755)
    if let parent = parents.first { try takeOverRoot(of: parent, to: content, store) }
    if kind == .active { _ = try directory.makeDirectory("work", mode: 0o711) }
  }

  /// What the layer itself says of its root is kept; a root that is as it was made becomes the parent's.
  public func rebase(_ id: UInt64, onto parents: [UInt64], store: SnapshotDirectories) throws(GantryError) {
    let content = try store.open(id).open("fs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(content.number, &status) }
    guard let parent = parents.first, status.st_uid == 0, status.st_gid == 0, status.st_mode & 0o7777 == 0o755 else {
      return
    }
    try takeOverRoot(of: parent, to: content, store)
  }

  /// The top layer's root is the container's: owner and mode are those of the image's root.
  private func takeOverRoot(of parent: UInt64, to content: FileDescriptor, _ store: SnapshotDirectories)
    throws(GantryError)
  {
    var status = stat()
    let path = store.path(of: parent) + "/fs"
    try retryingOnInterrupt("lstat", path) { lstat(path, &status) }
    if status.st_uid != 0 || status.st_gid != 0 {
      try retryingOnInterrupt("fchown") { fchown(content.number, status.st_uid, status.st_gid) }
    }
    // After the change of owner, which clears the set-id bits.
    try retryingOnInterrupt("fchmod") { fchmod(content.number, status.st_mode & 0o7777) }
  }

  public func mounts(
    of snapshot: Snapshot, parents: [UInt64], store: SnapshotDirectories
  ) -> [ContainerdTypes.Mount] {
    func content(_ id: UInt64) -> String { store.path(of: id) + "/fs" }
    let isView = snapshot.kind == .view
    if parents.isEmpty {
      return [.init(type: "bind", source: content(snapshot.id), options: [isView ? "ro" : "rw", "rbind"])]
    }
    if isView, parents.count == 1 {
      return [.init(type: "bind", source: content(parents[0]), options: ["ro", "rbind"])]
    }
    var options = options
    if snapshot.kind == .active {
      let work = "\(store.path(of: snapshot.id))/work"
      options += ["workdir=\(work)", "upperdir=\(content(snapshot.id))"]
      if snapshot.isVolatile {
        options.append("volatile")
        // A volatile upper directory that was mounted before is refused because of this mark, since the machine may have
        // crashed meanwhile. Who asks for such a snapshot does not come back to it after a crash.
        unlink("\(work)/work/incompat/volatile/dirty")
        rmdir("\(work)/work/incompat/volatile")
        rmdir("\(work)/work/incompat")
      }
    }
    options.append("lowerdir=" + parents.map(content).joined(separator: ":"))
    return [.init(type: "overlay", source: "overlay", options: options)]
  }
}
