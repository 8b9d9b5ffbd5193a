import Core
import Errors
import Glibc
import Linux
import Messages
import Testing

/// Shims that are forked from a template, as far as they go without a container.
@Suite(.enabled(if: getuid() == 0, "a shim is root's"))
struct ShimTemplateTests {
  let scratch: ScratchDirectory
  let host: ShimHost
  let program = BuiltProgram.path("gantry-shim")

  init() throws {
    scratch = try ScratchDirectory()
    host = ShimHost(runDirectory: scratch.path, ownShim: program, log: Log(subject: "test", write: { _ in }))
  }

  private func parent(of pid: Int32) -> Int32 {
    let text = (try? FileDescriptor.open("/proc/\(pid)/stat", O_RDONLY).readAll()) ?? []
    let fields = String(decoding: text, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 1 ? Int32(fields[1]) ?? 0 : 0
  }

  private func command(of pid: Int32) throws -> String {
    let bytes = try FileDescriptor.open("/proc/\(pid)/cmdline", O_RDONLY).readAll()
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  private func dismiss(_ handle: ShimHandle) async throws {
    _ = try await handle.shim.dismiss(.init(id: handle.id))
    await handle.waitUntilClosed()
    #expect(await eventually { kill(handle.pid, 0) == -1 })
  }

  @Test func aForkedShimIsAsOneThatWasStarted() async throws {
    let handle = try await host.start(id: "a", program: program)
    #expect(try await handle.shim.status(.init()).shimPid == UInt32(handle.pid))
    #expect(getsid(handle.pid) == handle.pid)
    #expect(try command(of: handle.pid) == "\(program) -namespace gantry -id a -bundle \(handle.bundle) serve")
    #expect(try command(of: parent(of: handle.pid)) == "\(program) -namespace gantry template")
    let path = "/proc/\(handle.pid)"
    var target = [CChar](repeating: 0, count: 4096)
    let count = readlink("\(path)/cwd", &target, target.count)
    #expect(String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) == handle.bundle)
    // Streams, its socket, and what its loop needs: nothing of the template's, whose connection would outlive us.
    #expect(try Directory.names(in: "\(path)/fd").count <= 8)
    // All but the standard streams are close-on-exec.
    for name in try Directory.names(in: "\(path)/fd") where (Int32(name) ?? 0) > 2 {
      let text = String(
        decoding: try FileDescriptor.open("\(path)/fdinfo/\(name)", O_RDONLY).readAll(), as: UTF8.self)
      let flags = text.split(separator: "\n").first { $0.hasPrefix("flags:") }?.split(separator: "\t").last
      #expect(flags.flatMap { Int32($0, radix: 8) }.map { $0 & O_CLOEXEC != 0 } == true, "descriptor \(name): \(text)")
    }
    try await dismiss(handle)
    await host.stop()
  }

  @Test func manyAtOnceAreEachTheirOwn() async throws {
    let host = host
    let program = program
    let handles = try await withThrowingTaskGroup(of: ShimHandle.self) { group in
      for number in 0..<20 { group.addTask { try await host.start(id: "s\(number)", program: program) } }
      return try await group.reduce(into: [ShimHandle]()) { $0.append($1) }
    }
    #expect(Set(handles.map(\.pid)).count == 20)
    #expect(Set(handles.map { parent(of: $0.pid) }).count == 1)
    for handle in handles {
      #expect(try await handle.shim.status(.init()).shimPid == UInt32(handle.pid))
      try await dismiss(handle)
    }
    await host.stop()
  }

  @Test func aTemplateThatIsKilledIsReplacedAndItsShimsGoOn() async throws {
    let first = try await host.start(id: "a", program: program)
    let template = parent(of: first.pid)
    kill(template, SIGKILL)
    #expect(await eventually { kill(template, 0) == -1 })
    let second = try await host.start(id: "b", program: program)
    #expect(parent(of: second.pid) != template)
    for handle in [first, second] {
      #expect(try await handle.shim.status(.init()).shimPid == UInt32(handle.pid))
      try await dismiss(handle)
    }
    await host.stop()
  }

  @Test func aTemplateThatHangsFailsOneStartAndLeavesNothing() async throws {
    let first = try await host.start(id: "a", program: program)
    let template = parent(of: first.pid)
    kill(template, SIGSTOP)
    let error = await #expect(throws: GantryError.self) { _ = try await host.start(id: "b", program: program) }
    #expect(error?.code == .deadlineExceeded)
    #expect(access(host.bundle(of: "b"), F_OK) == -1)
    #expect(kill(template, 0) == -1)
    let next = try await host.start(id: "b", program: program)
    for handle in [first, next] { try await dismiss(handle) }
    await host.stop()
  }

  /// Again and again: a shim that has just been forked leads no session of its own yet.
  @Test func theTemplateGoesWithTheHostAndShimsDoNot() async throws {
    for _ in 0..<20 {
      let handle = try await host.start(id: "a", program: program)
      let template = parent(of: handle.pid)
      await host.stop()
      #expect(kill(template, 0) == -1)
      #expect(try await handle.shim.status(.init()).shimPid == UInt32(handle.pid))
      kill(handle.pid, SIGKILL)
      await handle.waitUntilClosed()
      try await host.removeBundle("a")
    }
  }

  @Test func aProgramThatIsMissingLeavesNothingBehind() async throws {
    let missing = "/nonexistent/shim"
    let host = ShimHost(runDirectory: scratch.path, ownShim: missing, log: Log(subject: "test", write: { _ in }))
    let error = await #expect(throws: GantryError.self) { _ = try await host.start(id: "a", program: missing) }
    #expect(error?.code == .notFound && error?.message.contains(missing) == true)
    #expect(access(host.bundle(of: "a"), F_OK) == -1)
  }
}
