import Hashing
import Digests
import Errors
import Glibc
import Linux
import Messages
import Testing

/// Documents from any address, and the program's own manners.
@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct DownloadTests {
  private let registry: TestRegistry
  private let proxy: FaultProxy
  private let bytes = Scratch.noise(2_000_000)
  private let address: String

  init() async throws {
    registry = try await TestRegistry()
    proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
    let blob = try Scratch.blob(of: bytes)
    let source = try registry.scratch.file(bytes, "source")
    try await withRegistryClient(.init(host: registry.host)) { _ = try await $0.push("t", blob, from: source) }
    address = "http://\(proxy.host)/v2/t/blobs/\(blob.digest)"
  }

  private func download(_ address: String, into target: FileDescriptor) async throws -> GantryRegistryV1.FetchResult? {
    try await withRegistryClient(.init(host: "docker.io")) { process in
      var result: GantryRegistryV1.FetchResult?
      for try await event in try await process.client.download(
        .init(address: address), options: .init(descriptors: [target]))
      {
        if case .result(let value) = event.event { result = value }
      }
      return result
    }
  }

  @Test(arguments: [
    "", "{\"match\":\"GET\",\"action\":\"redirect\",\"status\":302}",
    "{\"match\":\"GET\",\"action\":\"cut\",\"at\":700000}",
    "{\"match\":\"GET\",\"action\":\"cut\",\"at\":700000},{\"match\":\"GET\",\"action\":\"ignore-range\"}",
    "{\"match\":\"GET\",\"action\":\"status\",\"status\":503}",
  ])
  func aDocumentIsReadWhole(rules: String) async throws {
    try proxy.rule(rules)
    let target = try registry.scratch.file([], "target")
    let result = try await download(address, into: target)
    #expect(try registry.scratch.bytes("target") == bytes)
    #expect(result?.size == 2_000_000)
    #expect(result?.digest == (try Digest.of(bytes).description))
  }

  @Test(arguments: ["ftp://127.0.0.1/x", "file:///etc/passwd", "nothing", "http://user:pw@127.0.0.1/x"])
  func otherAddressesAreRefused(address: String) async throws {
    let target = try registry.scratch.file([], "target")
    let error = await #expect(throws: GantryError.self) { try await download(address, into: target) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("is not an address that can be asked") == true)
  }

  @Test func whatIsNotThereIsNotFound() async throws {
    let target = try registry.scratch.file([], "target")
    let error = await #expect(throws: GantryError.self) {
      try await download("http://\(proxy.host)/nothing?secret=1", into: target)
    }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("secret") == false)
  }

  @Test func callsBeforeTheConfigurationAreRefused() async throws {
    let process = try RegistryProcess()
    let error = await #expect(throws: GantryError.self) { try await process.client.login(.init()) }
    #expect(error?.code == .failedPrecondition)
    #expect(process.end().isClean)
  }

  @Test(.enabled(if: getuid() == 0, "needs root: only root has anything to give up"))
  func theProgramHasGivenUpWhatItDoesNotNeed() async throws {
    let process = try RegistryProcess()
    _ = try await process.client.configure(.init(host: registry.host))
    let tasks = try FileDescriptor.open("/proc/\(process.pid)/task", O_RDONLY | O_DIRECTORY).directoryEntries()
    for task in tasks {
      let text = try FileDescriptor.open("/proc/\(process.pid)/task/\(task)/status", O_RDONLY).readAll()
      let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
      func value(_ key: String) -> Substring? {
        lines.first { $0.hasPrefix(key + ":") }?.split(separator: "\t").last
      }
      for key in ["CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"] { #expect(value(key) == "0000000000000000") }
      #expect(value("NoNewPrivs") == "1")
      #expect(value("Seccomp") == "2")
    }
    let mounts = try FileDescriptor.open("/proc/\(process.pid)/mounts", O_RDONLY).readAll()
    for line in String(decoding: mounts, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      #expect(fields.count > 3 && fields[3].split(separator: ",").contains("ro"), "\(line)")
    }
    #expect(process.end().isClean)
  }

  @Test func nothingOfItIsLeftWhenItsClientGoesInMidTransfer() async throws {
    try proxy.rule("{\"match\":\"GET .*/blobs/\",\"action\":\"stall\",\"at\":1000,\"seconds\":20}")
    let process = try RegistryProcess()
    _ = try await process.client.configure(.init(host: proxy.host))
    let target = try registry.scratch.file([], "target")
    let blob = try Scratch.blob(of: bytes)
    let fetch = Task { try await process.fetch("t", blob, into: target) }
    try await eventually("the transfer is under way") { try target.size() == 1000 }
    #expect(process.end().isClean)
    await #expect(throws: GantryError.self) { _ = try await fetch.value }
  }
}
