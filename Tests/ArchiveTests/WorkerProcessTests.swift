import Hashing
import Archive
import CLinux
import AsyncServices
import Digests
import Errors
import Glibc
import Linux
import Messages
import Testing

@Suite(
  .enabled(if: getuid() == 0, "needs root: workers mount"),
  .enabled(if: WorkerProcess.program != nil, "gantryd is not built beside the tests"))
struct WorkerProcessTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func withWorker<Value>(_ body: (WorkerProcess) async throws -> Value) async throws -> Value {
    let worker = try WorkerProcess()
    let result: Result<Value, any Error>
    do { result = .success(try await body(worker)) } catch { result = .failure(error) }
    #expect(worker.end())
    return try result.get()
  }

  private func bind(_ name: String) throws -> ContainerdTypes.Mount {
    _ = try scratch.directory(name)
    return .init(type: "bind", source: "\(scratch.path)/\(name)", options: ["rw", "rbind"])
  }

  @Test func aLayerIsUnpackedOntoABindMount() async throws {
    let mount = try bind("root")
    let blob = try scratch.file(ImageArchives.layer)
    let result = try await withWorker { worker in
      try await worker.applyLayer(
        .init(mounts: [mount], diffId: Digest.of(ImageArchives.layer).description), blob: blob)
    }
    #expect(result == .init(diffId: try Digest.of(ImageArchives.layer).description, size: 6))
    #expect(try scratch.read("root/hello") == "hello\n")
    #expect(try scratch.directory("root").directoryEntries() == ["hello"])
  }

  @Test(arguments: [1, 130]) func aLayerIsUnpackedOntoAnOverlay(count: Int) async throws {
    let base = "layer"
    for index in 0..<count {
      _ = try scratch.directory(".").makeDirectory("\(base)-\(index)", mode: 0o755)
      try FileDescriptor.open("\(scratch.path)/\(base)-\(index)/old\(index)", O_WRONLY | O_CREAT).writeAll([1])
    }
    for name in ["upper", "work"] { _ = try scratch.directory(name) }
    let lower = (0..<count).map { "\(scratch.path)/\(base)-\($0)" }.joined(separator: ":")
    let mount = ContainerdTypes.Mount(
      type: "overlay", source: "overlay",
      options: [
        "index=off", "workdir=\(scratch.path)/work", "upperdir=\(scratch.path)/upper", "lowerdir=\(lower)",
      ])
    var tar = TarBuilder()
    tar.add(".wh.old0", .file)
    tar.add("new", .file, [1, 2], mode: 0o4755, owner: 5)
    tar.add("null", .characterDevice, device: (1, 3))
    let blob = try scratch.file(tar.finished)
    let result = try await withWorker { worker in try await worker.applyLayer(.init(mounts: [mount]), blob: blob) }
    #expect(result?.size == 2)
    let whiteout = try scratch.status("upper/old0")
    #expect(whiteout.st_mode & S_IFMT == S_IFCHR && whiteout.st_rdev == 0)
    #expect(try scratch.status("upper/new").st_mode == S_IFREG | 0o4755)
    #expect(try scratch.status("upper/new").st_uid == 5)
    #expect(try scratch.status("upper/null").st_rdev == gnu_dev_makedev(1, 3))
  }

  @Test func aHostileLayerGetsItsSentence() async throws {
    let mount = try bind("root")
    var tar = TarBuilder()
    tar.add("../../out", text: "x")
    let blob = try scratch.file(tar.finished)
    let error = await #expect(throws: GantryError.self) {
      try await withWorker {
        try await $0.applyLayer(.init(layer: .init(digest: "sha256:x"), mounts: [mount]), blob: blob)
      }
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == "layer sha256:x: entry \"../../out\" is refused: \"..\" leads out of the image")
  }

  @Test func anArchiveIsReadIntoStaging() async throws {
    let image = try ImageArchives.image(annotations: ["org.opencontainers.image.ref.name": "demo:1"])
    let archive = try scratch.file(ImageArchives.layout(image))
    let staging = try scratch.directory("staging")
    let result = try #require(
      try await withWorker { try await $0.readArchive(.init(name: "x"), archive: archive, staging: staging) })
    #expect(result.images.map(\.names) == [["demo:1"]])
    #expect(result.images.first?.settings?.cmd == ["/hello"])
    #expect(result.images.first?.manifest?.digest == image.manifest.digest.description)
    #expect(result.images.first?.diffIds == [try Digest.of(ImageArchives.layer).description])
    #expect(try staging.directoryEntries().sorted() == result.blobs.map { String($0.digest.dropFirst(7)) })
  }

  @Test func nothingOfTheHostIsWithinItsReach() async throws {
    let mount = try bind("root")
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    _ = readEnd
    let worker = try WorkerProcess()
    // A layer that never ends: the worker is confined, and waits.
    let archive = try scratch.directory("other")
    let task = Task { try await worker.readArchive(.init(name: "x"), archive: readEnd, staging: archive) }
    _ = mount
    var status = ""
    // The filter is the last thing that a worker puts on.
    for _ in 0..<500 where !status.contains("Seccomp:\t2") {
      poll(nil, 0, 10)
      let bytes = try FileDescriptor.open("/proc/\(worker.pid)/status", O_RDONLY).readAll()
      status = String(decoding: bytes, as: UTF8.self)
    }
    #expect(access("/proc/\(worker.pid)/root/etc/passwd", F_OK) != 0)
    let lines = status.split(separator: "\n")
    func value(_ key: String) -> Substring? {
      lines.first { $0.hasPrefix(key + ":") }?.split(separator: "\t").last
    }
    for key in ["CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"] { #expect(value(key) == "0000000000000000") }
    #expect(value("NoNewPrivs") == "1")
    #expect(value("Seccomp") == "2")
    for name in ["mnt", "net", "ipc", "uts"] {
      var (mine, its) = (stat(), stat())
      #expect(stat("/proc/self/ns/\(name)", &mine) == 0 && stat("/proc/\(worker.pid)/ns/\(name)", &its) == 0)
      #expect(mine.st_ino != its.st_ino)
    }
    for thread in try FileDescriptor.open("/proc/\(worker.pid)/task", O_RDONLY | O_DIRECTORY).directoryEntries() {
      let text = try FileDescriptor.open("/proc/\(worker.pid)/task/\(thread)/status", O_RDONLY).readAll()
      #expect(String(decoding: text, as: UTF8.self).contains("Seccomp:\t2"))
    }
    withExtendedLifetime(writeEnd) {}
    kill(worker.pid, SIGKILL)
    await #expect(throws: GantryError.self) { _ = try await task.value }
    _ = worker.end()
  }

  @Test func aWorkerThatCannotConfineItselfSaysWhy() async throws {
    let blob = try scratch.file(ImageArchives.layer)
    let mount = ContainerdTypes.Mount(type: "bind", source: "\(scratch.path)/none", options: ["rw", "rbind"])
    let error = await #expect(throws: GantryError.self) {
      try await withWorker { try await $0.applyLayer(.init(mounts: [mount]), blob: blob) }
    }
    #expect(error?.message.hasPrefix("the worker cannot confine itself: mount \(scratch.path)/none") == true)
    let type = await #expect(throws: GantryError.self) {
      try await withWorker { try await $0.applyLayer(.init(mounts: [.init(type: "nfs", source: "x")]), blob: blob) }
    }
    #expect(type?.code == .invalidArgument)
  }

  @Test func aWorkerWithoutAJobEndsWithItsConnection() throws {
    #expect(try WorkerProcess().end())
  }
}
