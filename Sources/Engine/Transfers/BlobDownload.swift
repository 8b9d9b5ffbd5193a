import AsyncServices
import AsyncWire
import CLinux
import Errors
import Glibc
import Linux
import Messages
import Synchronization

/// One blob on its way from a registry into a file, and through a pipe to who uses it meanwhile.
struct BlobDownload: Sendable {
  typealias Report = @Sendable (GantryEngineV1.TransferProgress) -> Void
  /// - Parameters: the pipe's read end, and how to ask whether all has come.
  typealias Consumer<Value> = @Sendable (FileDescriptor, @escaping @Sendable () -> Bool) async throws -> Value

  let connection: any RegistryConnection
  let repository: String
  let blob: GantryWorkerV1.Blob

  /// Downloads what the file does not hold yet.
  ///
  /// - Throws: why it failed; the file holds what has come so far.
  func run(into file: FileDescriptor, report: @escaping Report) async throws {
    try await fetch(descriptors: [file], report: report, state: State())
  }

  private enum Outcome<Value: Sendable>: Sendable {
    case fetched(Result<Void, any Error>)
    case consumed(Result<Value, any Error>)
    case timeIsUp
  }

  /// The same, and gives the bytes to `consume` while they come.
  ///
  /// - Throws: why it failed; what `consume` throws where that is not merely because the download failed.
  func run<Value: Sendable>(
    into file: FileDescriptor, report: @escaping Report, consume: @escaping Consumer<Value>
  ) async throws -> Value {
    let state = State()
    let ends = try PipeEnds()
    return try await withThrowingTaskGroup(of: Outcome<Value>.self) { group in
      group.addTask {
        .fetched(
          await Result { try await fetch(descriptors: [file] + ends.takeWriteEnd(), report: report, state: state) })
      }
      group.addTask {
        .consumed(
          await Result {
            guard let readEnd = ends.takeReadEnd() else { throw GantryError(.internal, "a pipe without a read end") }
            return try await consume(readEnd) { state.isComplete }
          })
      }
      do {
        return try await Self.settle(&group)
      } catch {
        group.cancelAll()
        ends.close()
        while let _ = try await group.next() {}
        throw error
      }
    }
  }

  private static func settle<Value>(
    _ group: inout ThrowingTaskGroup<Outcome<Value>, any Error>
  ) async throws -> Value {
    var value: Value?
    var isFetched = false
    var complaint: (any Error)?
    while let outcome = try await group.next() {
      switch outcome {
      case .fetched(let result):
        try result.get()
        isFetched = true
      case .consumed(.success(let consumed)): value = consumed
      case .consumed(.failure(let error)):
        // Bytes that end too early are the download's fault, if it has one to tell.
        guard !isFetched, (error as? GantryError)?.code == .invalidArgument else { throw error }
        complaint = error
        group.addTask {
          try? await Task.sleep(for: .seconds(2))
          return .timeIsUp
        }
      case .timeIsUp: break
      }
      if let complaint { if case .consumed = outcome { continue } else { throw complaint } }
      if let value, case .fetched = outcome { return value }
    }
    guard let value else { throw GantryError(.internal, "a download ended without a word") }
    return value
  }

  private func fetch(descriptors: [FileDescriptor], report: @escaping Report, state: State) async throws {
    let id = HexID.short(blob.digest)
    let events: InboundStream<GantryRegistryV1.FetchEvent>
    do {
      events = try await connection.registry.fetch(
        .init(repository: repository, blob: blob), options: .init(descriptors: descriptors))
    } catch {
      throw await connection.explained(error)
    }
    let digest = blob.digest
    let announce: @Sendable () -> Void = {
      report(.init(id: id, status: "Verifying Checksum"))
      report(.init(id: id, status: "Download complete"))
    }
    try await connection.follow(events, "layer \(digest)") { event in
      switch event.event {
      case .progress(let step):
        guard !state.isComplete else { return }
        let status =
          step.retryIn > 0 ? "Retrying in \(step.retryIn) second\(step.retryIn == 1 ? "" : "s")" : "Downloading"
        report(
          .init(
            id: id, status: status, current: step.retryIn > 0 ? 0 : step.current,
            total: step.retryIn > 0 ? 0 : step.total))
        if step.total > 0, step.current >= step.total, state.noteArrival() { announce() }
      case .result(let result): state.note(result)
      case nil: break
      }
    }
    guard let result = state.result else {
      throw GantryError(.unavailable, "the download of \(digest) ended without a result; try again")
    }
    guard result.digest == digest else {
      throw GantryError(.failedPrecondition, "layer \(digest) came as \(result.digest); try again")
    }
    if state.noteArrival() { announce() }
  }

  private final class State: Sendable {
    private let value = Mutex<(result: GantryRegistryV1.FetchResult?, hasArrived: Bool)>((nil, false))

    func note(_ result: GantryRegistryV1.FetchResult) { value.withLock { $0.result = result } }

    /// - Returns: whether it was not known yet.
    func noteArrival() -> Bool {
      value.withLock { value in
        defer { value.hasArrived = true }
        return !value.hasArrived
      }
    }

    var result: GantryRegistryV1.FetchResult? { value.withLock { $0.result } }
    /// Whether every byte is here; whether they are the right ones, the result tells.
    var isComplete: Bool { value.withLock { $0.hasArrived } }
  }
}
