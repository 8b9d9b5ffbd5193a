import Archive
import Errors
import Glibc
import Linux
import Testing
import Threads

/// Layers that are unpacked without those below in sight, for a snapshot that gets its parent later.
@Suite(.enabled(if: getuid() == 0, "needs root: it makes devices")) struct ApartLayerTests {
  private let scratch: Scratch
  private let root: FileDescriptor

  init() throws {
    scratch = try Scratch()
    root = try scratch.directory()
  }

  private func apply(_ build: (inout TarBuilder) -> Void) throws -> AppliedLayer {
    var tar = TarBuilder()
    build(&tar)
    return try applyLayer(
      from: scratch.file(tar.finished), name: "test", onto: root, apart: true, expecting: nil)
  }

  private func isWhiteout(_ path: String) throws -> Bool {
    let status = try scratch.status("root/\(path)")
    return status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == 0
  }

  private func opaque(_ applied: AppliedLayer) -> [String] {
    applied.opaqueDirectories.map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  @Test func whatIsTakenAwayIsNotedAsOverlayfsHasIt() throws {
    let applied = try apply { tar in
      tar.add("etc/", .directory)
      tar.add("etc/.wh.gone", .file)
      tar.add("etc/kept", text: "x")
    }
    #expect(!applied.needsParent && applied.opaqueDirectories.isEmpty)
    #expect(try isWhiteout("etc/gone"))
  }

  @Test func anOpaqueDirectoryIsToldAndKeepsWhatTheLayerBrings() throws {
    let applied = try apply { tar in
      tar.add("etc/", .directory)
      tar.add("etc/new", text: "x")
      tar.add("etc/.wh..wh..opq", .file)
    }
    #expect(!applied.needsParent)
    #expect(opaque(applied) == ["etc"])
    #expect(try scratch.status("root/etc/new").st_size == 1)
  }

  @Test func aDirectoryInPlaceOfWhatWasTakenAwayHidesWhatIsBelow() throws {
    let applied = try apply { tar in
      tar.add(".wh.one", .file)
      tar.add("one/", .directory)
      tar.add("two/", .directory)
      tar.add(".wh.two", .file)
      tar.add("three", text: "x")
      tar.add("three/", .directory)
      tar.add("four/", .directory)
    }
    #expect(!applied.needsParent)
    #expect(opaque(applied) == ["one", "three", "two"])
  }

  @Test func aFileInPlaceOfAWhiteoutIsAFile() throws {
    let applied = try apply { tar in
      tar.add(".wh.file", .file)
      tar.add("file", text: "x")
    }
    #expect(opaque(applied).isEmpty)
    #expect(try scratch.status("root/file").st_size == 1)
  }

  @Test(arguments: ["file below", "whiteout below", "link", "opaque root"])
  func whatOnlyTheLayersBelowCanTellIsLeftToThem(_ what: String) throws {
    let applied = try apply { tar in
      switch what {
      case "file below": tar.add("usr/bin/tool", text: "x")
      case "whiteout below": tar.add("usr/bin/.wh.tool", .file)
      case "link": tar.add("hard", .hardLink, target: "below")
      default: tar.add(".wh..wh..opq", .file)
      }
    }
    #expect(applied.needsParent)
  }

  @Test func aLayerComesThroughAPipe() throws {
    var tar = TarBuilder()
    tar.add("file", .file, [UInt8](repeating: 7, count: 300_000))
    let bytes = tar.finished
    let readEnd = try {
      let (readEnd, writeEnd) = try FileDescriptor.pipe()
      #expect(DetachedThread.start(name: "writer") { try? writeEnd.writeAll(bytes) })
      return readEnd
    }()
    let applied = try applyLayer(from: readEnd, name: "test", onto: root, apart: true, expecting: nil)
    #expect(applied.size == 300_000)
  }
}
