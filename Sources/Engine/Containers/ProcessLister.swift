import AsyncServices
import Core
import Errors
import Glibc
import Linux
import Messages

/// Lists a container's processes with the host's ps(1), as Docker's `top` does.
package struct ProcessLister: Sendable {
  let context: EngineContext

  private static let timeout = Duration.seconds(10)
  private static let places = ["/usr/bin/ps", "/bin/ps"]

  package init(_ context: EngineContext) { self.context = context }

  /// - Parameter arguments: of ps; none is "-ef".
  /// - Throws: `.failedPrecondition` where the container does not run or the host has no ps,
  ///   `.invalidArgument` where ps refuses the arguments.
  package func list(_ container: Container, arguments: [String]) async throws -> GantryEngineV1.TopResponse {
    let task = try container.runningTask()
    let answer = try await task.task.pids(.init(id: container.id), options: .init(timeout: Self.timeout))
    let pids = Set(answer.processes.map(\.pid))
    guard let ps = Self.places.first(where: { access($0, X_OK) == 0 }) else {
      throw GantryError(.failedPrecondition, "top needs the program ps on the host: install the package procps")
    }
    let words = arguments.isEmpty ? ["-ef"] : arguments.flatMap { $0.split(separator: " ").map(String.init) }
    // By their numbers: left to itself ps leaves out those of other terminals. Some options do not go with it.
    let numbers = "-q" + pids.sorted().map(String.init).joined(separator: ",")
    let output: String
    do { output = try await run(ps, words + [numbers]) } catch let error as GantryError {
      guard error.code == .invalidArgument else { throw error }
      output = try await run(ps, words)
    }
    return try ProcessTable.parse(output, pids: pids)
  }

  private func run(_ program: String, _ words: [String]) async throws -> String {
    let (child, output) = try Self.spawn(program, words)
    let bytes = try await context.threads.run { try output.readAll(limit: 16 << 20) }
    let status = try await withDeadline(Self.timeout, "ps did not end") { try await child.waitUntilExit() }
    let text = String(decoding: bytes, as: UTF8.self)
    guard case .exited(0) = status else {
      throw GantryError(.invalidArgument, "ps: \(text.split(separator: "\n").first ?? "failed")")
    }
    return text
  }

  // A function of its own, so that this side's copy of the write end is gone when it returns.
  private static func spawn(
    _ program: String, _ words: [String]
  ) throws(GantryError) -> (child: ChildProcess, output: FileDescriptor) {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    let child = try ChildProcess.spawn(
      SpawnRequest(
        executable: program, arguments: ["ps"] + words, environment: ["PATH=/usr/bin:/bin", "COLUMNS=4096"],
        descriptors: [(writeEnd, 1), (writeEnd, 2)]))
    return (child, readEnd)
  }
}
