import AsyncWire
import Errors
import Linux
import Messages

/// One `Fetch`: the download, the pipe that is fed meanwhile, and the events.
struct FetchJob: Sendable {
  typealias Event = GantryRegistryV1.FetchEvent

  let session: RegistrySession
  let repository: Repository
  let blob: BlobFile
  let pipe: FileDescriptor?

  /// - Throws: as the contract has it; the pipe is closed then, and holds too little.
  func run(_ responses: OutboundStream<Event>) async throws {
    let blob = blob
    let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
    let feeder = try pipe.map { pipe in
      guard let feeder = PipeFeeder.start(blob, into: pipe, ended: { continuation.finish() }) else {
        throw GantryError(.resourceExhausted, "no thread for a pipe: raise the limit of processes (ulimit -u)")
      }
      return feeder
    }
    do {
      try await session.threads.run { try blob.takeInWhatIsThere() }
      try await download(responses)
    } catch {
      feeder?.cancel()
      throw error
    }
    blob.progress.end()
    if let feeder {
      await withTaskCancellationHandler {
        for await _ in ended {}
      } onCancel: {
        feeder.cancel()
      }
    }
    try await responses.send(
      Event(event: .result(.init(size: blob.size, digest: blob.digest.description, fetched: blob.fetched))))
  }

  private func download(_ responses: OutboundStream<Event>) async throws {
    let (blob, pipe) = (blob, pipe)
    let fetch = BlobFetch(session: session, repository: repository, blob: blob) { seconds, reason in
      let progress = GantryRegistryV1.FetchProgress(
        current: blob.count, total: blob.size, retryIn: seconds, reason: reason)
      // A listener that has gone cancels the call by itself.
      try? await responses.send(Event(event: .progress(progress)))
    }
    try await ProgressTicker.run {
      blob.count
    } report: { count in
      try await responses.send(Event(event: .progress(.init(current: count, total: blob.size))))
    } during: {
      try await fetch.run(mayStartAfresh: pipe == nil)
    }
  }
}
