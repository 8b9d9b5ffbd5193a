import CLinux
import Errors
import Glibc
import Linux
import Testing

struct DirectoryTests {
  @Test func areMadeDeepAndRemovedWhole() throws {
    try inScratch { scratch in
      try Directory.create("\(scratch)/a/b/c", mode: 0o711)
      try Directory.create("\(scratch)/a/b/c", mode: 0o711)
      try AtomicFile.write([1], to: "\(scratch)/a/b/file", durable: true)
      #expect(symlink(scratch, "\(scratch)/a/b/link") == 0)
      #expect(try Directory.names(in: "\(scratch)/a/b") == ["c", "file", "link"])
      try Directory.remove("\(scratch)/a")
      #expect(access("\(scratch)/a", F_OK) == -1)
      #expect(access(scratch, F_OK) == 0)
      try Directory.remove("\(scratch)/a")
      #expect(try Directory.names(in: "\(scratch)/a") == [])
    }
  }

  @Test func whatLiesInTheWayIsNamed() throws {
    try inScratch { scratch in
      try AtomicFile.write([1], to: "\(scratch)/file", durable: false)
      for path in ["\(scratch)/file", "\(scratch)/file/below"] {
        let error = #expect(throws: GantryError.self) { try Directory.create(path, mode: 0o755) }
        #expect(error?.message.contains(path) == true)
      }
    }
  }

  @Test func areMadeAboveAFileOnly() throws {
    try inScratch { scratch in
      try Directory.create(above: "\(scratch)/a/b/file", mode: 0o700)
      #expect(try Directory.names(in: "\(scratch)/a/b").isEmpty)
      #expect(access("\(scratch)/a/b", F_OK) == 0)
    }
  }

  /// Between the look and the making lies a moment in which another may have made it.
  @Test func manyMayMakeTheSameAtOnce() async throws {
    for _ in 0..<50 {
      let scratch = try Self.scratch()
      defer { try? Directory.remove(scratch) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 { group.addTask { try Directory.create("\(scratch)/a/b/c/d", mode: 0o700) } }
        try await group.waitForAll()
      }
      #expect(access("\(scratch)/a/b/c/d", F_OK) == 0)
    }
  }

  @Test func areSpreadOverTheDiskWhereTheFileSystemCan() throws {
    try inScratch { scratch in
      let directory = try FileDescriptor.open(scratch, O_RDONLY | O_DIRECTORY)
      let ext4: Int64 = 0xEF53
      #expect(directory.spreadSubdirectories() || gantry_file_system_type(scratch) != ext4)
    }
    #expect(try !FileDescriptor.open("/proc", O_RDONLY | O_DIRECTORY).spreadSubdirectories())
  }

  private func inScratch(_ body: (String) throws -> Void) throws {
    let scratch = try Self.scratch()
    defer { try? Directory.remove(scratch) }
    try body(scratch)
  }

  private static func scratch() throws -> String {
    var template = Array("/tmp/gantry-linux-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw GantryError.system("mkdtemp") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
