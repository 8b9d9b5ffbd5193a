import Errors
import Glibc
import Linux
import Messages
import Snapshots

/// Snapshots as plain copies: works on any file system, at the price of a copy for each.
public struct NativeBackend: SnapshotBackend {
  public let name = "native"
  public let contentDirectory = "fs"

  public init() {}

  public func fill(
    _ directory: FileDescriptor, kind: Snapshot.Kind, parents: [UInt64], store: SnapshotDirectories
  ) throws(GantryError) {
    let content = try directory.makeDirectory("fs", mode: 0o755)
    // A view of a parent shows the parent itself.
    guard kind == .active, let parent = parents.first else { return }
    let source = try store.open(parent).open("fs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    var copy = TreeCopy(to: content)
    try copy.copy(source)
  }

  public func mounts(
    of snapshot: Snapshot, parents: [UInt64], store: SnapshotDirectories
  ) -> [ContainerdTypes.Mount] {
    let isView = snapshot.kind == .view
    let shown = isView ? parents.first ?? snapshot.id : snapshot.id
    return [
      .init(
        type: "bind", source: store.path(of: shown) + "/fs", options: [isView ? "ro" : "rw", "rbind"])
    ]
  }
}
