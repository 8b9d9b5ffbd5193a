import Archive
import AsyncServices
import AsyncWire
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import Messages
import Synchronization
import Threads

/// Does the one job that the process has been confined to.
struct WorkerService: GantryWorkerV1.WorkerService {
  enum Job: Sendable {
    case readArchive
    case applyLayer
  }

  private let job: Result<Job, GantryError>
  private let isTaken = TakenOnce()
  private let threads = BlockingThreads(name: "job", limit: 1)

  init(_ job: Job) { self.job = .success(job) }

  /// Answers every call with why nothing can be done.
  init(_ error: GantryError) { job = .failure(error) }

  func readArchive(
    _ request: GantryWorkerV1.ReadArchiveRequest, responses: OutboundStream<GantryWorkerV1.ReadArchiveEvent>,
    context: CallContext
  ) async throws {
    try take(.readArchive)
    guard context.descriptors.count == 2 else {
      throw GantryError(.invalidArgument, "the archive and the staging directory must come with the request")
    }
    let (archive, staging) = (context.descriptors[0], context.descriptors[1])
    try Self.enterRoot(staging)
    let platform = request.platform.isEmpty ? nil : try Platform(parsing: request.platform)
    let name = request.name.isEmpty ? "the archive" : request.name
    let result = try await reporting("Reading \(name)") { event in
      try await responses.send(.init(event: .progress(event)))
    } job: { progress in
      try ImageArchiveReader(name: name, platform: platform, staging: staging, progress: progress).read(archive)
    }
    try await responses.send(.init(event: .result(.init(result))))
  }

  func applyLayer(
    _ request: GantryWorkerV1.ApplyLayerRequest, responses: OutboundStream<GantryWorkerV1.ApplyLayerEvent>,
    context: CallContext
  ) async throws {
    try take(.applyLayer)
    guard let blob = context.descriptors.first else {
      throw GantryError(.invalidArgument, "the layer's blob must come with the request")
    }
    let name = request.layer?.digest ?? ""
    let diffID = request.diffId.isEmpty ? nil : try Digest(parsing: request.diffId)
    let applied = try await reporting("Unpacking \(name)") { event in
      try await responses.send(.init(event: .progress(event)))
    } job: { progress in
      let total = try blob.size()
      let root = try FileDescriptor.open("/", O_RDONLY | O_DIRECTORY)
      return try Archive.applyLayer(from: blob, name: name, onto: root, expecting: diffID) { progress($0, total) }
    }
    try await responses.send(
      .init(event: .result(.init(diffId: applied.diffID.description, size: applied.size))))
  }

  private func take(_ wanted: Job) throws {
    guard try job.get() == wanted, isTaken.take() else {
      throw GantryError(.failedPrecondition, "a worker does one job: start another one for this")
    }
  }

  /// Puts the confined root in the place of the directory that came with the request. That one leads, by `..`, to
  /// all of the host; this one does not.
  private static func enterRoot(_ directory: FileDescriptor) throws(GantryError) {
    let root = try FileDescriptor.open("/", O_RDONLY | O_DIRECTORY)
    var (mine, theirs) = (stat(), stat())
    try retryingOnInterrupt("fstat") { fstat(root.number, &mine) }
    try retryingOnInterrupt("fstat") { fstat(directory.number, &theirs) }
    guard mine.st_dev == theirs.st_dev, mine.st_ino == theirs.st_ino else {
      throw GantryError(.internal, "the worker's root is not the staging directory of this request")
    }
    try retryingOnInterrupt("dup2") { dup2(root.number, directory.number) }
  }

  /// Runs a job that blocks, and passes on how far it is, ten times a second at most.
  private func reporting<Value: Sendable>(
    _ subject: String, _ send: (GantryWorkerV1.Progress) async throws -> Void,
    job: @escaping @Sendable (_ progress: @escaping (Int64, Int64) -> Void) throws -> Value
  ) async throws -> Value {
    let (events, continuation) = AsyncStream.makeStream(
      of: GantryWorkerV1.Progress.self, bufferingPolicy: .bufferingNewest(1))
    async let value = threads.run {
      defer { continuation.finish() }
      var last = MonotonicTime.now
      return try job { current, total in
        let now = MonotonicTime.now
        guard last.duration(to: now) >= .milliseconds(100) else { return }
        last = now
        continuation.yield(.init(subject: subject, current: current, total: total))
      }
    }
    for await event in events { try await send(event) }
    return try await value
  }
}

/// A right that exists once.
private final class TakenOnce: Sendable {
  private let isTaken = Atomic(false)

  /// Whether the caller is the first one.
  func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}
