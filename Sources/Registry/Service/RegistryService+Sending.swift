import AsyncWire
import Errors
import Glibc
import ImageSpec
import Linux
import Messages

extension RegistryService {
  func push(
    _ request: GantryRegistryV1.PushRequest, responses: OutboundStream<GantryRegistryV1.PushEvent>, context: CallContext
  ) async throws {
    typealias Event = GantryRegistryV1.PushEvent
    let session = try session
    let repository = try Repository(request.repository, host: session.settings.host)
    let (digest, size) = try Self.checked(request.blob)
    let type = MediaType(rawValue: request.blob?.mediaType ?? "")
    guard !type.isForeignLayer else {
      throw GantryError(
        .invalidArgument, "layer \(digest) is a foreign one (\(type)): its owner does not want it to be pushed")
    }
    let file = try descriptor(0, of: context)
    guard try file.size() == size else {
      throw GantryError(.failedPrecondition, "blob \(digest) has \(try file.size()) bytes in its file, not \(size)")
    }
    var mountFrom: [Repository] = []
    for path in request.mountFrom { mountFrom.append(try Repository(path, host: session.settings.host)) }
    let others = mountFrom
    let report: @Sendable (GantryRegistryV1.FetchProgress) async throws -> Void = {
      try await responses.send(Event(event: .progress($0)))
    }
    let push = BlobPush(
      session, try session.source, repository, UploadContent(file: file, digest: digest, size: size)
    ) { seconds, reason in
      // A listener that has gone cancels the call by itself.
      try? await report(.init(total: size, retryIn: seconds, reason: reason))
    }
    let outcome = try await ProgressTicker.run {
      push.position
    } report: {
      try await report(.init(current: $0, total: size))
    } during: {
      try await push.run(mountFrom: others)
    }
    try await responses.send(Event(event: .result(.init(outcome))))
  }

  func putManifest(
    _ request: GantryRegistryV1.PutManifestRequest, context: CallContext
  ) async throws -> GantryRegistryV1.PutManifestResponse {
    let session = try session
    let repository = try Repository(request.repository, host: session.settings.host)
    let reference = try ManifestReference(request.reference)
    let file = try descriptor(0, of: context)
    let bytes = try await session.threads.run { try file.readAllFromStart(limit: DocumentFetcher.maximumSize) }
    let push = ManifestPush(session: session, endpoint: try session.source, repository: repository)
    let digest = try await push.run(bytes, mediaType: request.mediaType, reference: reference)
    return .init(digest: digest.description)
  }
}

extension GantryRegistryV1.PushResult {
  init(_ outcome: BlobPush.Outcome) {
    switch outcome {
    case .pushed: self.init(outcome: .pushed)
    case .existed: self.init(outcome: .existed)
    case .mounted(let repository): self.init(outcome: .mounted, mountedFrom: repository)
    }
  }
}

extension FileDescriptor {
  /// All of a regular file, wherever its position is.
  ///
  /// - Throws: `GantryError` from the file system; `.resourceExhausted` past the limit.
  func readAllFromStart(limit: Int) throws(GantryError) -> [UInt8] {
    let size = try size()
    guard size <= limit else {
      throw GantryError(.resourceExhausted, "the manifest has \(size) bytes; registries take \(limit) at most")
    }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    var held = 0
    while held < bytes.count {
      let start = held
      let count = try retryingOnInterrupt("pread") {
        bytes.withUnsafeMutableBytes { pread(number, $0.baseAddress?.advanced(by: start), $0.count - start, start) }
      }
      guard count > 0 else { throw GantryError(.dataLoss, "the manifest's file became shorter while it was read") }
      held += count
    }
    return bytes
  }
}
