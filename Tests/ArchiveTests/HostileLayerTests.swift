import Archive
import Errors
import Glibc
import Linux
import Testing

/// Each hostile layer gets one sentence that names the entry, and nothing appears outside the root.
@Suite(.enabled(if: getuid() == 0, "needs root: layers belong to root")) struct HostileLayerTests {
  struct Attack: Sendable, CustomTestStringConvertible {
    let name: String
    let reason: String
    let build: @Sendable (inout TarBuilder) -> Void
    var testDescription: String { name }
  }

  private static let attacks: [Attack] = [
    Attack(name: "../out", reason: "\"..\" leads out of the image") { $0.add("../out", text: "x") },
    Attack(name: "a/../../out", reason: "\"..\" leads out of the image") { $0.add("a/../../out", text: "x") },
    Attack(name: "a/..", reason: "\"..\" leads out of the image") { $0.add("a/..", .directory) },
    Attack(name: "/../out", reason: "\"..\" leads out of the image") { $0.add("/../out", text: "x") },
    Attack(name: "", reason: "it has no name") { $0.add("", text: "x") },
    writing(below: "esc", to: "/tmp"), writing(below: "esc", to: "/../tmp"), writing(below: "esc", to: "../../tmp"),
    writing(below: "esc", to: ".."), writing(below: "d/esc", to: "../.."),
    Attack(name: "loop/x", reason: "it lies below a symbolic link that leads nowhere in the image") {
      $0.add("loop", .symbolicLink, target: "loop")
      $0.add("loop/x", text: "x")
    },
    Attack(name: "empty", reason: "the symbolic link points at nothing") { $0.add("empty", .symbolicLink) },
    Attack(name: "hard", reason: "its hard link's target \"../../etc/passwd\": \"..\" leads out of the image") {
      $0.add("hard", .hardLink, target: "../../etc/passwd")
    },
    Attack(name: "hard", reason: "its hard link's target \"/etc/passwd\" is not in the image") {
      $0.add("hard", .hardLink, target: "/etc/passwd")
    },
    Attack(name: "hard", reason: "its hard link's target \"nothing\" is not in the image") {
      $0.add("hard", .hardLink, target: "nothing")
    },
    Attack(name: "hard", reason: "its hard link's target \"d\" is a directory") {
      $0.add("d", .directory, mode: 0o755)
      $0.add("hard", .hardLink, target: "d")
    },
    Attack(name: "hard", reason: "it is a hard link to itself") { $0.add("hard", .hardLink, target: "hard") },
    Attack(name: ".wh.", reason: "the whiteout names nothing") { $0.add(".wh.", .file) },
    Attack(name: "d/.wh..", reason: "the whiteout names no entry of its directory") { $0.add("d/.wh..", .file) },
    Attack(name: ".wh...", reason: "the whiteout names no entry of its directory") { $0.add(".wh...", .file) },
    Attack(name: ".wh..wh.x", reason: "no such whiteout is known") { $0.add(".wh..wh.x", .file) },
    Attack(name: ".wh.x", reason: "a whiteout is an empty file and nothing else") { $0.add(".wh.x", .directory) },
    Attack(name: ".wh.x", reason: "a whiteout is an empty file and nothing else") {
      $0.add(".wh.x", .symbolicLink, target: "y")
    },
    Attack(name: ".wh.x/y", reason: "\".wh.x\" is a whiteout's name, and no directory") {
      $0.add(".wh.x/y", text: "x")
    },
    Attack(
      name: "gone", reason: "the character device 0:0 is how overlayfs marks what is gone, and not for a layer to hold"
    ) { $0.add("gone", .characterDevice, device: (0, 0)) },
    Attack(name: "dev/x", reason: "what it lies below is no directory") {
      $0.add("dev", .characterDevice, device: (1, 3))
      $0.add("dev/x", text: "x")
    },
    Attack(name: "./", reason: "the root is a directory and nothing else") {
      $0.add("./", .symbolicLink, target: "/tmp")
    },
    Attack(name: String(repeating: "n", count: 256), reason: "a path is at most 4095 bytes long, and a name 255") {
      $0.add("x", .file, pax: [("path", [UInt8](repeating: UInt8(ascii: "n"), count: 256))])
    },
  ]

  private static func writing(below link: String, to target: String) -> Attack {
    Attack(
      name: "\(link)/out",
      reason: "it lies below \"\(link)\", which this layer makes a symbolic link out of the image"
    ) {
      $0.add(link, .symbolicLink, target: target)
      $0.add("\(link)/out", text: "x")
    }
  }

  @Test(arguments: attacks) func isRefusedBySentence(attack: Attack) throws {
    let scratch = try Scratch()
    let root = try scratch.directory()
    var tar = TarBuilder()
    attack.build(&tar)
    let error = #expect(throws: GantryError.self) {
      try applyLayer(from: scratch.file(tar.finished), name: "evil", onto: root, expecting: nil)
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == "layer evil: entry \"\(attack.name)\" is refused: \(attack.reason)")
    #expect(!scratch.exists("out"))
    #expect(access("/tmp/out", F_OK) != 0)
  }

  /// From a registry they are taken, from an archive of unknown origin they are not.
  @Test func anAbsoluteNameIsRefusedWhereThatIsAskedFor() throws {
    for isLink in [false, true] {
      let scratch = try Scratch()
      var tar = TarBuilder()
      tar.add("a", text: "x")
      if isLink { tar.add("out", .hardLink, target: "/a") } else { tar.add("/out", text: "x") }
      let error = #expect(throws: GantryError.self) {
        try applyLayer(
          from: scratch.file(tar.finished), name: "l", onto: scratch.directory(), takingAbsoluteNames: false,
          expecting: nil)
      }
      #expect(error?.message.hasSuffix("an absolute path leads out of the image") == true)
    }
  }

  /// Layers of Kaniko, ko and Bazel have such names.
  @Test func anAbsoluteNameBeginsAtTheRootOfTheImage() throws {
    let scratch = try Scratch()
    var tar = TarBuilder()
    tar.add("/", .directory, mode: 0o711)
    tar.add("/ko-app/", .directory, mode: 0o755)
    tar.add("//ko-app//app", text: "x")
    tar.add("hard", .hardLink, target: "/ko-app/app")
    tar.add("/ko-app/link", .symbolicLink, target: "/ko-app/app")
    _ = try applyLayer(from: scratch.file(tar.finished), name: "l", onto: scratch.directory(), expecting: nil)
    #expect(try scratch.status("root").st_mode == S_IFDIR | 0o711)
    #expect(try scratch.status("root/ko-app/app").st_ino == scratch.status("root/hard").st_ino)
    #expect(try scratch.status("root/ko-app/link").st_mode & S_IFMT == S_IFLNK)
    #expect(access("/ko-app", F_OK) != 0)
  }

  /// The kernel stops `..` at a container's root: such a link harms nobody, and images have them.
  @Test(arguments: ["../../../x", "/../x", "a/../../../.."]) func aLinkMayPointAboveTheRoot(target: String) throws {
    let scratch = try Scratch()
    var tar = TarBuilder()
    tar.add("usr/up", .symbolicLink, target: target)
    _ = try applyLayer(from: scratch.file(tar.finished), name: "l", onto: scratch.directory(), expecting: nil)
    #expect(try scratch.status("root/usr/up").st_mode & S_IFMT == S_IFLNK)
  }

  @Test(arguments: ["gzip", "zstd", "xz", "bzip2"]) func aTruncatedLayerIsRefused(compression: String) throws {
    try #require(Scratch.has(compression), "\(compression) is not installed")
    let scratch = try Scratch()
    var tar = TarBuilder()
    tar.add("file", .file, (0..<50_000).map { _ in UInt8.random(in: 0...255) })
    _ = try scratch.file(tar.finished, "layer.tar")
    #expect(Scratch.run([compression, "-q", "-k", "\(scratch.path)/layer.tar"]) == 0)
    let name = try #require(try scratch.directory(".").directoryEntries().first { $0.hasPrefix("layer.tar.") })
    let whole = try FileDescriptor.open("\(scratch.path)/\(name)", O_RDONLY).readAll()
    let applied = try applyLayer(from: scratch.file(whole), name: "l", onto: scratch.directory(), expecting: nil)
    #expect(applied.size == 50_000)
    let error = #expect(throws: GantryError.self) {
      try applyLayer(
        from: scratch.file(Array(whole.prefix(whole.count / 2))), name: "l", onto: scratch.directory(), expecting: nil)
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("the \(compression) data is damaged or ends too early") == true)
  }

  @Test func aTarThatEndsInAFileIsRefused() throws {
    let scratch = try Scratch()
    var tar = TarBuilder()
    tar.add("file", .file, [UInt8](repeating: 7, count: 5000))
    let error = #expect(throws: GantryError.self) {
      try applyLayer(
        from: scratch.file(Array(tar.bytes.prefix(2000))), name: "l", onto: scratch.directory(), expecting: nil)
    }
    #expect(error?.message == "layer l: the tar ends too early")
  }

  @Test func whatIsNoTarIsRefused() throws {
    let scratch = try Scratch()
    let error = #expect(throws: GantryError.self) {
      try applyLayer(
        from: scratch.file(Array(String(repeating: "no tar at all ", count: 100).utf8)), name: "l",
        onto: scratch.directory(), expecting: nil)
    }
    #expect(error?.message == "layer l: it is not a tar archive")
  }

  @Test func noMutationOfALayerLeavesTheRootOrIsMoreThanAnError() throws {
    let seconds = getenv("GANTRY_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 2
    let scratch = try Scratch()
    var tar = TarBuilder()
    tar.add("bin/", .directory, mode: 0o755)
    tar.add("bin/sh", .file, Array("shell".utf8), mode: 0o4755, pax: [("SCHILY.xattr.user.a", [1]), ("mtime", [0x31])])
    tar.add("lib", .symbolicLink, target: "bin")
    tar.add("lib/x", .hardLink, target: "bin/sh")
    tar.add("bin/.wh.y", .file)
    tar.add("null", .characterDevice, device: (1, 3))
    let seed = tar.finished
    let end = ContinuousClock.now + .seconds(seconds)
    var count = 0
    while ContinuousClock.now < end {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...8) {
        let block = Int.random(in: 0..<bytes.count / 512) * 512
        let place =
          block
          + [0, 1, 5, 100, 108, 124, 130, 148, 156, 157, 257, 329, Int.random(in: 0..<512)].randomElement()
          .unsafelyUnwrapped
        bytes[place] =
          Bool.random() ? UInt8.random(in: 0...255) : Array("./0125xLgS\0".utf8).randomElement().unsafelyUnwrapped
        if Bool.random() { Self.repairChecksum(&bytes, block) }
      }
      let root = try scratch.directory()
      do {
        _ = try applyLayer(from: scratch.file(bytes), name: "l", onto: root, expecting: nil)
      } catch is GantryError {}
      try scratch.directory(".").removeTree("root")
      count += 1
    }
    #expect(count > 0)
    #expect(try scratch.directory(".").directoryEntries() == ["blob"])
  }

  private static func repairChecksum(_ bytes: inout [UInt8], _ block: Int) {
    for index in 148..<156 { bytes[block + index] = 0x20 }
    let sum = String(bytes[block..<block + 512].reduce(0) { $0 + Int($1) }, radix: 8)
    let text = String(repeating: "0", count: max(0, 6 - sum.count)) + sum + "\0 "
    for (index, byte) in text.utf8.enumerated() { bytes[block + 148 + index] = byte }
  }
}
