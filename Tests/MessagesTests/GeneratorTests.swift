import Errors
import Glibc
import Linux
import Protoc
import Testing

/// The generator, fed by the real protoc.
@Suite struct GeneratorTests {
  static let fixtures = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Fixtures"

  @Test(
    arguments: [
      "Messages/Generated/sample.swift", "AsyncServices/Generated/sample.async.swift",
      "LoopServices/Generated/sample.loop.swift", "Messages/Generated/Namespaces.swift",
    ])
  func givesWhatIsRecorded(_ path: String) throws {
    let request = try GeneratorRequest(serialized: Self.request(Self.fixtures, "sample.proto"))
    let files = try Generator.generate(request)
    #expect(files.count == 4)
    let content = try #require(files.first { $0.name == path }?.content)
    let recorded = "\(Self.fixtures)/\(path.split(separator: "/").last ?? "").txt"
    if getenv("GANTRY_RECORD") != nil {
      try FileDescriptor.open(recorded, O_WRONLY | O_CREAT | O_TRUNC).writeAll(Array(content.utf8))
    }
    #expect(content == String(decoding: try FileDescriptor.open(recorded, O_RDONLY).readAll(), as: UTF8.self))
  }

  @Test(
    arguments: [
      ("syntax = \"proto2\"; package a; message M { required int32 x = 1; }", "proto3"),
      ("syntax = \"proto3\"; package a; message M { optional int32 x = 1; }", "a.M.x"),
      ("syntax = \"proto3\"; package a; message M { N n = 1; } message N { M m = 1; }", "a.M contains itself"),
      ("syntax = \"proto3\"; package a; message M { map<string, M> m = 1; }", "a.M contains itself"),
      ("syntax = \"proto3\"; package a; message M { repeated M m = 1; }", "a.M contains itself"),
    ])
  func refusesByNameWhatItCannotDo(_ proto: String, _ part: String) throws {
    let error = #expect(throws: GantryError.self) {
      try Self.withProto(proto) { try Generator.generate(GeneratorRequest(serialized: $0)) }
    }
    #expect(error?.code == .unimplemented)
    #expect(error?.message.contains(part) == true)
  }

  @Test func refusesARequestThatIsNone() {
    #expect(throws: GantryError.self) { try GeneratorRequest(serialized: [0x0a, 9]) }
  }

  @Test(
    arguments: [
      ("CloseIO", "closeIO"), ("ExecWait", "execWait"), ("GC", "gc"), ("IOStat", "ioStat"), ("List", "list"),
      ("X", "x"),
    ])
  func namesOfMethodsLoseTheirFirstRunOfCapitals(_ name: String, _ expected: String) {
    #expect(Naming.lowerFirstRun(name) == expected)
  }

  @Test(
    arguments: [
      ("containerd.task.v2", "ContainerdTaskV2"), ("io.containerd.cgroups.v1", "IoContainerdCgroupsV1"),
      ("ttrpc", "Ttrpc"),
    ])
  func packagesBecomeNamespaces(_ package: String, _ expected: String) {
    #expect(Naming.namespace(package) == expected)
  }

  /// A CodeGeneratorRequest as protoc would send it: a FileDescriptorSet is the same list under another number.
  static func request(_ directory: String, _ file: String) throws -> [UInt8] {
    let command =
      "protoc -I'\(directory)' --include_source_info --include_imports --descriptor_set_out=/dev/stdout '\(file)'"
    let stream = try #require(popen(command, "re"))
    var set: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&chunk, 1, chunk.count, stream)
      if count == 0 { break }
      set += chunk[..<count]
    }
    try #require(pclose(stream) == 0, "protoc failed; `make deps` installs it")
    var request = [0x0a, UInt8(file.utf8.count)] + Array(file.utf8)
    var place = 0
    while place < set.count {
      try #require(set[place] == 0x0a)
      set[place] = 0x7a
      var length = 0
      var shift = 0
      repeat {
        place += 1
        length |= Int(set[place] & 0x7f) << shift
        shift += 7
      } while set[place] & 0x80 != 0
      place += 1 + length
    }
    request += set
    return request
  }

  static func withProto<Result>(_ text: String, _ body: ([UInt8]) throws -> Result) throws -> Result {
    var template = Array("/tmp/gantry-generator-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      unlink("\(directory)/m.proto")
      rmdir(directory)
    }
    try FileDescriptor.open("\(directory)/m.proto", O_WRONLY | O_CREAT).writeAll(Array(text.utf8))
    return try body(try request(directory, "m.proto"))
  }
}
