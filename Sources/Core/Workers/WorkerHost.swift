import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages

/// Runs jobs in processes of their own, each with a life of one job. Safe to use from anywhere.
public final class WorkerHost: Sendable {
  private let program: String
  private let log: Log

  /// Number of the socket a worker serves on.
  private static let socket: Int32 = 3

  /// - Parameter program: absolute path of gantry-worker.
  public init(program: String, log: Log) {
    self.program = program
    self.log = log.about("worker")
  }

  /// Starts a worker, gives `job` a client of it, and ends the worker with it, for certain.
  ///
  /// - Parameters:
  ///   - timeout: how long the job may take.
  ///   - subject: what the job does, for messages: "unpacking layer sha256:...".
  /// - Throws: what `job` throws, `.deadlineExceeded`, or how the worker ended where that is the reason.
  public func run<Value: Sendable>(
    _ subject: String, timeout: Duration,
    _ job: @escaping @Sendable (GantryWorkerV1.WorkerClient) async throws -> Value
  ) async throws -> Value {
    try await connect(subject, timeout: timeout) { try await job(GantryWorkerV1.WorkerClient($0)) }
  }

  /// As `run`, for any of a worker's services.
  public func connect<Value: Sendable>(
    _ subject: String, timeout: Duration, _ job: @escaping @Sendable (any Caller) async throws -> Value
  ) async throws -> Value {
    let (process, client, lines) = try start()
    do {
      let value = try await withDeadline(timeout, "\(subject) did not end") {
        try await job(client)
      }
      client.close()
      await process.end(grace: .seconds(1))
      return value
    } catch {
      client.close()
      let isDying = (error as? GantryError)?.code == .unavailable
      await process.end(grace: isDying ? .milliseconds(500) : .zero)
      throw explain(error, subject, process, lines)
    }
  }

  private func start() throws(GantryError) -> (ChildProcess, Client, LineReader) {
    let (ours, theirs) = try UnixSocket.pair()
    try theirs.setNonBlocking(false)
    let output = try FileDescriptor.pipe()
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
    let process = try ChildProcess.spawn(
      SpawnRequest(
        executable: program, arguments: [program], environment: ["PATH=\(path)"],
        descriptors: [(output.writeEnd, 1), (output.writeEnd, 2), (theirs, Self.socket)]))
    let log = log
    let lines = try LineReader.start(output.readEnd) { log.info($0) }
    return (process, try Client(adopting: ours), lines)
  }

  /// A worker that died takes its connection with it; how it died is what a person wants to know.
  private func explain(
    _ error: any Error, _ subject: String, _ process: ChildProcess, _ lines: LineReader
  ) -> any Error {
    guard let error = error as? GantryError, error.code == .unavailable, let status = process.exitStatus else {
      return error
    }
    let words = lines.lastWords()
    return GantryError(.internal, "\(subject) failed, its worker \(status)\(words)", cause: .error(error))
  }
}
