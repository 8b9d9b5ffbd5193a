import Hashing
import Archive
import CLinux
import Digests
import Errors
import Glibc
import Linux
import Testing

@Suite struct LayerApplierTests {
  private let scratch: Scratch
  private let root: FileDescriptor
  private static let isRoot = getuid() == 0

  init() throws {
    scratch = try Scratch()
    root = try scratch.directory()
  }

  @discardableResult
  private func apply(_ bytes: [UInt8], expecting: Digest? = nil) throws -> AppliedLayer {
    try applyLayer(from: scratch.file(bytes), name: "test", onto: root, expecting: expecting)
  }

  @discardableResult
  private func apply(_ build: (inout TarBuilder) -> Void) throws -> AppliedLayer {
    var tar = TarBuilder()
    build(&tar)
    return try apply(tar.finished)
  }

  @Test(.enabled(if: isRoot, "needs root: it gives files away and makes devices"))
  func everyKindOfEntryArrivesAsItWasPacked() throws {
    let applied = try apply { tar in
      tar.add("./", .directory, mode: 0o755)
      tar.add("bin/", .directory, mode: 0o1777, owner: 3, group: 4, time: 12)
      tar.add("bin/su", .file, Array("secret".utf8), mode: 0o4755, owner: 1000, group: 1001, time: 123_456)
      tar.add("bin/link", .symbolicLink, mode: 0o777, owner: 5, group: 6, time: 77, target: "su")
      tar.add("bin/hard", .hardLink, target: "bin/su")
      tar.add("dev/null", .characterDevice, mode: 0o666, device: (1, 3))
      tar.add("dev/sda", .blockDevice, mode: 0o660, group: 6, device: (8, 0))
      tar.add("run/pipe", .fifo, mode: 0o600)
    }
    #expect(applied.size == 8)
    let su = try scratch.status("root/bin/su")
    #expect(su.st_mode == S_IFREG | 0o4755)
    #expect(su.st_uid == 1000 && su.st_gid == 1001 && su.st_mtim.tv_sec == 123_456 && su.st_nlink == 2)
    #expect(try scratch.status("root/bin/hard").st_ino == su.st_ino)
    let link = try scratch.status("root/bin/link")
    #expect(link.st_mode & S_IFMT == S_IFLNK && link.st_uid == 5 && link.st_gid == 6 && link.st_mtim.tv_sec == 77)
    let bin = try scratch.status("root/bin")
    #expect(bin.st_mode == S_IFDIR | 0o1777 && bin.st_uid == 3 && bin.st_gid == 4 && bin.st_mtim.tv_sec == 12)
    let null = try scratch.status("root/dev/null")
    #expect(null.st_mode == S_IFCHR | 0o666 && null.st_rdev == gnu_dev_makedev(1, 3))
    let disk = try scratch.status("root/dev/sda")
    #expect(disk.st_mode == S_IFBLK | 0o660 && disk.st_rdev == gnu_dev_makedev(8, 0) && disk.st_gid == 6)
    #expect(try scratch.status("root/run/pipe").st_mode == S_IFIFO | 0o600)
    #expect(try scratch.status("root/dev").st_mode == S_IFDIR | 0o755)
  }

  @Test(.enabled(if: isRoot, "needs root: it sets file capabilities"))
  func attributesOfAnImageAreKeptAndThoseOfAMachineAreNot() throws {
    let capability: [UInt8] = [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    try apply { tar in
      tar.add(
        "ping", .file, [1], mode: 0o755, owner: 7,
        pax: [
          ("SCHILY.xattr.security.capability", capability), ("SCHILY.xattr.user.note", Array("hi".utf8)),
          ("SCHILY.xattr.trusted.overlay.opaque", Array("y".utf8)), ("SCHILY.xattr.user.overlay.redirect", [0x78]),
          ("SCHILY.xattr.security.selinux", [0x78]),
        ])
    }
    var value = [UInt8](repeating: 0, count: 64)
    #expect(getxattr("\(scratch.path)/root/ping", "security.capability", &value, 64) == 20)
    #expect(Array(value[..<20]) == capability)
    #expect(getxattr("\(scratch.path)/root/ping", "user.note", &value, 64) == 2)
    for name in ["trusted.overlay.opaque", "user.overlay.redirect", "security.selinux"] {
      #expect(getxattr("\(scratch.path)/root/ping", name, &value, 64) == -1)
    }
  }

  /// An access list that a layer takes away would let in whom the image keeps out.
  @Test(.enabled(if: isRoot, "needs root: it sets access lists"))
  func attributesOfLayersBelowAreNotThoseOfTheEntry() throws {
    // Version 2; the owner, user 1000, the group, the mask and the others.
    let list: [UInt8] = [
      2, 0, 0, 0, 1, 0, 7, 0, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 7, 0, 0xE8, 3, 0, 0, 4, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
      0x10, 0, 7, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x20, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
    ]
    let lists = ["access", "default"].map { ("SCHILY.xattr.system.posix_acl_\($0)", list) }
    try apply { tar in
      tar.add(
        "d/", .directory, mode: 0o770, pax: lists + [("SCHILY.xattr.user.old", [1]), ("SCHILY.xattr.user.both", [1])])
      tar.add("kept/", .directory, mode: 0o770, pax: [lists[0]])
    }
    func names(_ path: String) -> [String] {
      var names = [CChar](repeating: 0, count: 1024)
      let count = listxattr("\(scratch.path)/root/\(path)", &names, names.count)
      return names[..<max(0, count)].split(separator: 0)
        .map { String(decoding: $0.map { UInt8(bitPattern: $0) }, as: UTF8.self) }.sorted()
    }
    #expect(names("d") == ["system.posix_acl_access", "system.posix_acl_default", "user.both", "user.old"])
    try apply { tar in
      // Before the directory's own entry: what is made in it takes its default list over.
      tar.add("d/file", .file, [1], mode: 0o640)
      tar.add("d/inner/", .directory, mode: 0o750)
      tar.add("d/", .directory, mode: 0o750, pax: [("SCHILY.xattr.user.both", [2])])
    }
    #expect(names("d") == ["user.both"])
    #expect(names("d/file") == [] && names("d/inner") == [])
    #expect(names("kept") == ["system.posix_acl_access"])
    #expect(try scratch.status("root/d").st_mode == S_IFDIR | 0o750)
    #expect(try scratch.status("root/d/file").st_mode == S_IFREG | 0o640)
  }

  @Test func aDirectoryTakesThePlaceOfAFileBelow() throws {
    try apply { $0.add("t", .file, [1], owner: Int(getuid()), group: Int(getgid())) }
    try apply { $0.add("t/x/y", .file, [2], owner: Int(getuid()), group: Int(getgid())) }
    #expect(try scratch.status("root/t/x/y").st_size == 1)
    // Of one layer's own the archive contradicts itself.
    let error = #expect(throws: GantryError.self) {
      try apply { tar in
        tar.add("f", .file, [1], owner: Int(getuid()), group: Int(getgid()))
        tar.add("f/x", .file, [2], owner: Int(getuid()), group: Int(getgid()))
      }
    }
    #expect(error?.message.contains("what it lies below is no directory") == true)
  }

  @Test func longNamesAndForeignLettersArrive() throws {
    let long = String(repeating: "d", count: 200) + "/" + String(repeating: "f", count: 250)
    try apply { tar in
      tar.add("x", .file, [1], owner: Int(getuid()), group: Int(getgid()), pax: [("path", Array(long.utf8))])
      tar.add("y", .file, [2], owner: Int(getuid()), group: Int(getgid()), pax: [("path", Array("grüße/日本".utf8))])
    }
    #expect(scratch.exists("root/\(long)"))
    #expect(scratch.exists("root/grüße/日本"))
  }

  /// The same letter, written as one character and as two: to the kernel these are two names.
  @Test func namesAreBytesAndKeepTheirUnicodeForm() throws {
    let (composed, decomposed) = ("d/\u{e9}", "d/e\u{301}")
    try apply { tar in
      for (name, byte) in [(composed, UInt8(ascii: "1")), (decomposed, UInt8(ascii: "2"))] {
        tar.add(
          "x", .file, [byte], owner: Int(getuid()), group: Int(getgid()), pax: [("path", Array(name.utf8))])
      }
      tar.add(
        "h", .hardLink, owner: Int(getuid()), group: Int(getgid()), target: "x",
        pax: [("linkpath", Array(decomposed.utf8))])
    }
    #expect(try scratch.read("root/\(composed)") == "1")
    #expect(try scratch.read("root/\(decomposed)") == "2")
    #expect(try scratch.read("root/h") == "2")
  }

  @Test(.enabled(if: isRoot, "needs root: layers belong to root"))
  func whiteoutsTakeAwayWhatIsBelowAndSpareWhatTheLayerBrings() throws {
    try apply { tar in
      for name in ["a/one", "a/two", "b/one", "b/deep/er/x", "c"] { tar.add(name, text: name) }
    }
    try apply { tar in
      tar.add("a/.wh.one", .file)
      tar.add(".wh.c", .file)
      tar.add(".wh.nothing", .file)
      tar.add("b/new", text: "new")
      tar.add("b/deep/new", text: "new")
      tar.add("b/.wh..wh..opq", .file)
      tar.add(".wh..wh.plnk/1.2", .file)
    }
    for name in ["a/one", "c", "b/one", "b/deep/er"] { #expect(!scratch.exists("root/\(name)")) }
    for name in ["a/two", "b/new", "b/deep/new"] { #expect(scratch.exists("root/\(name)")) }
    #expect(try root.directoryEntries().sorted() == ["a", "b"])
  }

  @Test(.enabled(if: isRoot, "needs root: layers belong to root"))
  func aLaterEntryReplacesAnEarlierOneWhateverItsKind() throws {
    try apply { tar in
      tar.add("dir/inside", text: "x")
      tar.add("file", text: "old")
      tar.add("link", .symbolicLink, target: "dir")
    }
    try apply { tar in
      tar.add("dir", text: "now a file")
      tar.add("file", .directory, mode: 0o700)
      tar.add("file/new", text: "new")
      tar.add("link/", .directory, mode: 0o755)
    }
    #expect(try scratch.read("root/dir") == "now a file")
    #expect(try scratch.read("root/file/new") == "new")
    #expect(try scratch.status("root/link").st_mode & S_IFMT == S_IFDIR)
  }

  @Test(.enabled(if: isRoot, "needs root: layers belong to root"))
  func linksOfLowerLayersAreFollowedWithinTheImage() throws {
    try apply { tar in
      tar.add("usr/lib/", .directory, mode: 0o755)
      tar.add("lib", .symbolicLink, target: "usr/lib")
      tar.add("abs", .symbolicLink, target: "/usr/lib")
    }
    try apply { tar in
      tar.add("lib/a", text: "a")
      tar.add("abs/b", text: "b")
    }
    #expect(try scratch.read("root/usr/lib/a") == "a")
    #expect(try scratch.read("root/usr/lib/b") == "b")
  }

  @Test(.enabled(if: isRoot, "needs root: layers belong to root"))
  func whereDeadLinksOfLowerLayersLeadIsMade() throws {
    try apply { tar in
      tar.add("usr/lib/", .directory, mode: 0o755)
      tar.add("lib", .symbolicLink, target: "usr/lib")
      tar.add("dead", .symbolicLink, target: "/gantry-nowhere/at/all")
      tar.add("usr/near", .symbolicLink, target: "./made/../here//")
      tar.add("usr/lib/chain", .symbolicLink, target: "../../../../lib/../chained")
      tar.add("usr/chained", .symbolicLink, target: "/dead/twice")
      tar.add("a", .symbolicLink, target: "b")
      tar.add("b", .symbolicLink, target: "a")
    }
    try apply { tar in
      tar.add("dead/c", text: "c")
      tar.add("usr/near/d/e", text: "e")
      tar.add("lib/chain/f", text: "f")
    }
    #expect(try scratch.read("root/gantry-nowhere/at/all/c") == "c")
    #expect(try scratch.read("root/usr/here/d/e") == "e")
    #expect(try scratch.read("root/gantry-nowhere/at/all/twice/f") == "f")
    #expect(try scratch.status("root/dead").st_mode & S_IFMT == S_IFLNK)
    #expect(!scratch.exists("../gantry-nowhere"))
    let error = #expect(throws: GantryError.self) { try apply { $0.add("a/c", text: "c") } }
    #expect(
      error?.message
        == "layer test: entry \"a/c\" is refused: it lies below a symbolic link that leads nowhere in the image")
  }

  @Test func aWrongDigestIsRefused() throws {
    var tar = TarBuilder()
    tar.add("d", .directory, mode: 0o755, owner: Int(getuid()), group: Int(getgid()))
    let right = try Digest.of(tar.finished)
    #expect(try apply(tar.finished, expecting: right).diffID == right)
    let error = #expect(throws: GantryError.self) { try apply(tar.finished, expecting: Digest.of([])) }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message.contains(right.description) == true)
  }

  @Test func aHoleStaysAHole() throws {
    // GNU's sparse format 1.0: the map comes first in the data.
    let map = Array("2\n0\n4\n1048576\n4\n".utf8)
    let data = map + [UInt8](repeating: 0, count: 512 - map.count) + Array("headtail".utf8)
    let applied = try apply { tar in
      tar.add(
        "GNUSparseFile.0/s", .file, data, owner: Int(getuid()), group: Int(getgid()),
        pax: [
          ("GNU.sparse.major", [0x31]), ("GNU.sparse.minor", [0x30]), ("GNU.sparse.name", [0x73]),
          ("GNU.sparse.realsize", Array("2097152".utf8)),
        ])
    }
    let status = try scratch.status("root/s")
    #expect(status.st_size == 2_097_152 && applied.size == 2_097_152)
    #expect(status.st_blocks * 512 < 100_000)
    #expect(try scratch.read("root/s").prefix(4) == "head")
  }
}
