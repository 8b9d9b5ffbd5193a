import AsyncServices
import Core
import Errors
import Glibc
import Linux
import Messages
import Testing

@Suite struct WorkerHostTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func host(_ script: String) throws -> WorkerHost {
    let program = scratch.file("worker")
    try FileDescriptor.open(program, O_WRONLY | O_CREAT | O_EXCL, mode: 0o755)
      .writeAll(Array("#!/bin/sh\necho $$ > \(scratch.file("pid"))\n\(script)\n".utf8))
    return WorkerHost(program: program, log: Log(subject: "test", write: { _ in }))
  }

  private func isGone() async throws -> Bool {
    let bytes = try AtomicFile.read(scratch.file("pid"), limit: 100) ?? []
    // A worker that was ended before it could write its number is gone all the more.
    guard let pid = Int32(String(decoding: bytes, as: UTF8.self).filter(\.isNumber)) else { return true }
    return kill(pid, 0) == -1
  }

  private func apply(_ worker: GantryWorkerV1.WorkerClient) async throws {
    for try await _ in try await worker.applyLayer(.init()) {}
  }

  @Test func aWorkerThatDiesIsTheReason() async throws {
    let host = try host("echo 'no memory left' >&2; exit 4")
    let error = await #expect(throws: GantryError.self) {
      try await host.run("unpacking layer x", timeout: .seconds(20)) { try await apply($0) }
    }
    #expect(error?.message == "unpacking layer x failed, its worker exited with status 4: no memory left")
  }

  @Test func aWorkerThatHangsIsKilledWhenItsTimeIsUp() async throws {
    let host = try host("sleep 1000")
    let error = await #expect(throws: GantryError.self) {
      try await host.run("unpacking layer x", timeout: .milliseconds(500)) { try await apply($0) }
    }
    #expect(error?.code == .deadlineExceeded)
    #expect(error?.message.contains("unpacking layer x did not end within 500 ms") == true)
    #expect(try await isGone())
  }

  @Test func aJobThatIsCancelledTakesItsWorkerAlong() async throws {
    let host = try host("sleep 1000")
    let job = Task { try await host.run("a job", timeout: .seconds(100)) { try await apply($0) } }
    #expect(await eventually { access(scratch.file("pid"), F_OK) == 0 })
    job.cancel()
    await #expect(throws: (any Error).self) { try await job.value }
    #expect(try await isGone())
  }

  @Test func theJobsOwnErrorComesThrough() async throws {
    let host = try host("sleep 1000")
    let error = await #expect(throws: GantryError.self) {
      try await host.run("a job", timeout: .seconds(20)) { _ in throw GantryError(.dataLoss, "on purpose") }
    }
    #expect(error?.code == .dataLoss)
    #expect(try await eventually { try await isGone() })
  }

  @Test func aWorkerThatIsNotThereIsNamed() async throws {
    let host = WorkerHost(program: "/nonexistent/gantry-worker", log: Log(subject: "test", write: { _ in }))
    let error = await #expect(throws: GantryError.self) { try await host.run("a job", timeout: .seconds(1)) { _ in } }
    #expect(error?.message.contains("/nonexistent/gantry-worker") == true)
  }
}
