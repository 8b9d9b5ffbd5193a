import AsyncServices
import AsyncWire
import CLinux
import Errors
import Glibc
import Linux
import Messages
import NativeSnapshotter
import OverlaySnapshotter
import Snapshots
import Testing
import Wire

@Suite struct SnapshotServiceTests {
  enum Kind: String, CaseIterable, Sendable { case overlay, native }

  private static func serve(_ kind: Kind, path: String? = nil) throws -> ServedPlugin {
    try ServedPlugin(path: path) { path in
      let backend: any SnapshotBackend = kind == .overlay ? try OverlayBackend(path: path) : NativeBackend()
      return [SnapshotService(store: try SnapshotStore(path: path, backend: backend)).routes]
    }
  }

  private func withSnapshots(
    _ kind: Kind, _ body: (ServedPlugin, ContainerdServicesSnapshotsV1.SnapshotsClient) async throws -> Void
  ) async throws {
    let plugin = try Self.serve(kind)
    let result: Result<Void, any Error>
    do {
      try await body(plugin, .init(plugin.client))
      result = .success(())
    } catch { result = .failure(error) }
    await plugin.remove()
    try result.get()
  }

  private func code(_ body: () async throws -> Void) async -> ErrorCode? {
    do {
      try await body()
      return nil
    } catch { return (error as? GantryError)?.code }
  }

  /// On a large ext4, neighbours would lie among each other's removed inodes, which makes every new file slow.
  @Test(arguments: Kind.allCases) func snapshotsLieApartOnTheDisk(kind: Kind) async throws {
    try await withSnapshots(kind) { plugin, client in
      for number in 0..<16 { _ = try await client.prepare(.init(key: "s\(number)")) }
      var fileSystem = statvfs()
      #expect(statvfs(plugin.path, &fileSystem) == 0)
      let (ext4, inodesOfAGroup) = (Int64(0xEF53), UInt(8192))
      guard gantry_file_system_type(plugin.path) == ext4, fileSystem.f_files > 64 * inodesOfAGroup else { return }
      let places = try Directory.names(in: "\(plugin.path)/snapshots").map { name in
        var status = stat()
        #expect(lstat("\(plugin.path)/snapshots/\(name)", &status) == 0)
        return status.st_ino / inodesOfAGroup
      }
      #expect(places.count == 16)
      #expect(Set(places).count > 4)
    }
  }

  @Test(arguments: Kind.allCases) func theRulesOfTheContractHold(kind: Kind) async throws {
    try await withSnapshots(kind) { _, client in
      _ = try await client.prepare(.init(key: "a", labels: ["l": "1"]))
      #expect(await code { _ = try await client.prepare(.init(key: "a")) } == .alreadyExists)
      #expect(await code { _ = try await client.prepare(.init(key: "")) } == .invalidArgument)
      #expect(await code { _ = try await client.prepare(.init(key: "b", parent: "none")) } == .notFound)
      #expect(await code { _ = try await client.prepare(.init(key: "b", parent: "a")) } == .invalidArgument)
      _ = try await client.commit(.init(name: "base", key: "a"))
      #expect(await code { _ = try await client.stat(.init(key: "a")) } == .notFound)
      #expect(try await client.stat(.init(key: "base")).info?.kind == .committed)
      #expect(try await client.stat(.init(key: "base")).info?.labels == ["l": "1"])
      #expect(await code { _ = try await client.mounts(.init(key: "base")) } == .failedPrecondition)
      #expect(await code { _ = try await client.commit(.init(name: "x", key: "base")) } == .failedPrecondition)
      _ = try await client.view(.init(key: "v", parent: "base"))
      #expect(await code { _ = try await client.commit(.init(name: "x", key: "v")) } == .failedPrecondition)
      #expect(await code { _ = try await client.remove(.init(key: "base")) } == .failedPrecondition)
      _ = try await client.prepare(.init(key: "c", parent: "base"))
      #expect(await code { _ = try await client.commit(.init(name: "base", key: "c")) } == .alreadyExists)
      #expect(await code { _ = try await client.commit(.init(name: "", key: "c")) } == .invalidArgument)
      for key in ["v", "c", "base"] { _ = try await client.remove(.init(key: key)) }
      #expect(await code { _ = try await client.remove(.init(key: "base")) } == .notFound)
      #expect(await code { _ = try await client.usage(.init(key: "base")) } == .notFound)
    }
  }

  @Test(arguments: Kind.allCases) func everythingIsThereAfterACrashAndLeftoversAreNot(kind: Kind) async throws {
    let first = try Self.serve(kind)
    let client = ContainerdServicesSnapshotsV1.SnapshotsClient(first.client)
    _ = try await client.prepare(.init(key: "a"))
    _ = try await client.commit(.init(name: "base", key: "a", labels: ["x": "y"]))
    let mounts = try await client.prepare(.init(key: "live", parent: "base")).mounts
    await first.stop()
    let snapshots = try FileDescriptor.open("\(first.path)/snapshots", O_RDONLY | O_DIRECTORY)
    _ = try snapshots.makeDirectory("77")
    _ = try snapshots.makeDirectory("new-78").makeDirectory("fs")
    _ = try snapshots.makeDirectory("rm-5-1")
    let journal = try FileDescriptor.open("\(first.path)/snapshots.journal", O_WRONLY | O_APPEND)
    try journal.writeAll(Array("{\"put\":{\"key\":\"torn".utf8))

    let second = try Self.serve(kind, path: first.path)
    let again = ContainerdServicesSnapshotsV1.SnapshotsClient(second.client)
    #expect(try await again.mounts(.init(key: "live")).mounts == mounts)
    #expect(try await again.stat(.init(key: "base")).info?.labels == ["x": "y"])
    _ = try await again.cleanup(.init())
    #expect(try second.names("snapshots") == ["1", "2"])
    _ = try await again.prepare(.init(key: "next", parent: "base"))
    #expect(try second.names("snapshots") == ["1", "2", "78"])
    await second.stop()

    let third = try Self.serve(kind, path: first.path)
    var keys: Set<String> = []
    for try await part in try await ContainerdServicesSnapshotsV1.SnapshotsClient(third.client).list(.init()) {
      keys.formUnion(part.info.map(\.name))
    }
    #expect(keys == ["base", "live", "next"])
    await third.remove()
  }

  @Test func overlayMountsAreContainerds() async throws {
    try await withSnapshots(.overlay) { plugin, client in
      let dir = "\(plugin.path)/snapshots"
      let index = access("/sys/module/overlay/parameters/index", F_OK) == 0 ? ["index=off"] : []
      #expect(
        try await client.prepare(.init(key: "1")).mounts
          == [.init(type: "bind", source: "\(dir)/1/fs", options: ["rw", "rbind"])])
      _ = try await client.commit(.init(name: "one", key: "1"))
      #expect(
        try await client.prepare(.init(key: "2", parent: "one")).mounts
          == [
            .init(
              type: "overlay", source: "overlay",
              options: index + ["workdir=\(dir)/2/work", "upperdir=\(dir)/2/fs", "lowerdir=\(dir)/1/fs"])
          ])
      _ = try await client.commit(.init(name: "two", key: "2"))
      #expect(
        try await client.view(.init(key: "v1", parent: "one")).mounts
          == [.init(type: "bind", source: "\(dir)/1/fs", options: ["ro", "rbind"])])
      #expect(
        try await client.view(.init(key: "v2", parent: "two")).mounts
          == [.init(type: "overlay", source: "overlay", options: index + ["lowerdir=\(dir)/2/fs:\(dir)/1/fs"])])
      var status = stat()
      #expect(lstat("\(dir)/2/work", &status) == 0 && status.st_mode & 0o7777 == 0o711)
      #expect(lstat("\(dir)/2/fs", &status) == 0 && status.st_mode & 0o7777 == 0o755)
      #expect(access("\(dir)/4/work", F_OK) != 0)
    }
  }

  @Test func whatIsLostWithTheMachineIsMountedWithoutWaitingForTheDisk() async throws {
    try await withSnapshots(.overlay) { plugin, client in
      let labels = [ContainerdServicesSnapshotsV1.volatileLabel: "true"]
      _ = try await client.prepare(.init(key: "1"))
      _ = try await client.commit(.init(name: "one", key: "1"))
      let prepared = try await client.prepare(.init(key: "2", parent: "one", labels: labels)).mounts
      #expect(prepared.first?.options.contains("volatile") == true)
      // The mark that overlayfs leaves, and that would have the kernel refuse a second mount.
      let mark = "\(plugin.path)/snapshots/2/work/work/incompat"
      for part in ["", "/incompat", "/incompat/volatile"] {
        mkdir("\(plugin.path)/snapshots/2/work/work\(part)", 0o700)
      }
      close(creat("\(mark)/volatile/dirty", 0o600))
      #expect(access("\(mark)/volatile/dirty", F_OK) == 0)
      #expect(try await client.mounts(.init(key: "2")).mounts == prepared)
      #expect(access(mark, F_OK) != 0)
      #expect(try await client.prepare(.init(key: "3", parent: "one")).mounts[0].options.contains("volatile") == false)
      let view = try await client.view(.init(key: "4", parent: "one", labels: labels)).mounts
      #expect(view.allSatisfy { !$0.options.contains("volatile") })
    }
  }

  @Test(.enabled(if: getuid() == 0, "needs root: it makes devices and gives files away"))
  func aNativeCopyKeepsAllThatAnImageHas() async throws {
    try await withSnapshots(.native) { plugin, client in
      let base = try await client.prepare(.init(key: "a")).mounts[0].source
      let root = try FileDescriptor.open(base, O_RDONLY | O_DIRECTORY)
      let sub = try root.makeDirectory("sub", mode: 0o1770)
      let file = try sub.open("f", O_RDWR | O_CREAT)
      try file.writeAll(Array("data".utf8))
      #expect(ftruncate(file.number, 1 << 20) == 0)
      #expect(fchown(file.number, 12, 34) == 0 && fchmod(file.number, 0o4711) == 0)
      #expect(fsetxattr(file.number, "user.k", [1, 2], 2, 0) == 0)
      #expect(linkat(sub.number, "f", root.number, "hard", 0) == 0)
      #expect(symlinkat("sub/f", root.number, "soft") == 0)
      #expect(mknodat(root.number, "dev", S_IFCHR | 0o600, gnu_dev_makedev(1, 3)) == 0)
      #expect(mknodat(root.number, "pipe", S_IFIFO | 0o600, 0) == 0)
      #expect(
        utimensat(root.number, "sub", [timespec(tv_sec: 5, tv_nsec: 6), timespec(tv_sec: 7, tv_nsec: 8)], 0) == 0)
      _ = try await client.commit(.init(name: "base", key: "a"))
      let copy = try await client.prepare(.init(key: "b", parent: "base")).mounts[0].source
      var (f, hard, other) = (stat(), stat(), stat())
      #expect(lstat("\(copy)/sub/f", &f) == 0 && lstat("\(copy)/hard", &hard) == 0)
      #expect(f.st_ino == hard.st_ino && f.st_size == 1 << 20 && f.st_blocks < 64 && f.st_uid == 12 && f.st_gid == 34)
      #expect(f.st_mode == S_IFREG | 0o4711)
      var value = [UInt8](repeating: 0, count: 8)
      #expect(getxattr("\(copy)/sub/f", "user.k", &value, 8) == 2)
      #expect(lstat("\(copy)/sub", &other) == 0 && other.st_mtim.tv_sec == 7 && other.st_mode & 0o7777 == 0o1770)
      #expect(lstat("\(copy)/dev", &other) == 0 && other.st_rdev == gnu_dev_makedev(1, 3))
      #expect(lstat("\(copy)/pipe", &other) == 0 && other.st_mode & S_IFMT == S_IFIFO)
      let usage = try await client.usage(.init(key: "base"))
      #expect(usage.inodes == 6)
      #expect(try await client.usage(.init(key: "b")).inodes == 6)
      #expect(try FileDescriptor.open("\(copy)/soft", O_RDONLY).readAll().prefix(4) == Array("data".utf8)[...])
      _ = plugin
    }
  }

  @Test(arguments: Kind.allCases) func removingIsAtOnceAndDeepTreesGoToo(kind: Kind) async throws {
    try await withSnapshots(kind) { plugin, client in
      let mount = try await client.prepare(.init(key: "deep")).mounts[0].source
      var directory = try FileDescriptor.open(mount, O_RDONLY | O_DIRECTORY)
      for _ in 0..<2000 { directory = try directory.makeDirectory("d") }
      _ = try await client.remove(.init(key: "deep"))
      _ = try await client.cleanup(.init())
      #expect(try plugin.names("snapshots").isEmpty)
    }
  }

  @Test func labelsChangeByMaskAndListingTakesFilters() async throws {
    try await withSnapshots(.overlay) { _, client in
      for key in ["a", "b"] { _ = try await client.prepare(.init(key: key, labels: ["k": key])) }
      let info = try await client.update(
        .init(info: .init(name: "a", labels: ["k": "", "n": "1"]), updateMask: .init(paths: ["labels.k", "labels.n"])))
      #expect(info.info?.labels == ["n": "1"])
      #expect(
        await code {
          _ = try await client.update(.init(info: .init(name: "a"), updateMask: .init(paths: ["parent"])))
        } == .invalidArgument)
      func list(_ filters: [String]) async throws -> [String] {
        var names: [String] = []
        for try await part in try await client.list(.init(filters: filters)) { names += part.info.map(\.name) }
        return names
      }
      #expect(try await list(["labels.k==b"]) == ["b"])
      #expect(try await list(["kind==active,name~=^a"]) == ["a"])
      #expect(try await list(["kind==committed"]).isEmpty)
    }
  }

  @Test func theJournalIsWrittenAnewWhenMostOfItIsStale() async throws {
    try await withSnapshots(.overlay) { plugin, client in
      _ = try await client.prepare(.init(key: "kept"))
      for _ in 0..<600 {
        _ = try await client.prepare(.init(key: "k"))
        _ = try await client.remove(.init(key: "k"))
      }
      let journal = try FileDescriptor.open("\(plugin.path)/snapshots.journal", O_RDONLY).readAll()
      #expect(journal.count { $0 == 0x0A } < 400)
      await plugin.stop()
      let again = try Self.serve(.overlay, path: plugin.path)
      #expect(
        try await ContainerdServicesSnapshotsV1.SnapshotsClient(again.client).stat(.init(key: "kept")).info != nil)
      await again.stop()
    }
  }
}
