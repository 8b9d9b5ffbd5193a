import AsyncServices
import Core
import Errors
import Glibc
import Linux
import Messages

/// Blobs on their way into the content store: in the plugin's own files where it hands them out, so that a broken pull goes on
/// where it ended; in the engine's staging directory otherwise.
struct IngestStore: Sendable {
  let context: EngineContext

  private var ingests: GantryContentV1.IngestsClient { .init(context.backends.content) }

  /// A file for a blob that is on its way.
  struct Opened: Sendable {
    let file: FileDescriptor
    /// Where the plugin keeps no ingests: the file's directory.
    let staging: FileDescriptor?
  }

  /// The reference of a layer's ingest; containerd's, so that its tools know what they see.
  static func reference(_ digest: String) -> String { "layer-\(digest)" }

  /// The digest of a layer's ingest; other references stay as they are.
  static func digest(ofReference reference: String) -> String {
    reference.hasPrefix("layer-") ? String(reference.dropFirst("layer-".count)) : reference
  }

  /// Whether an earlier pull has left a part of the blob.
  func holdsPart(of digest: String) async throws -> Bool {
    do {
      let reply = try await context.backends.contents.status(
        .init(ref: Self.reference(digest)), options: .init(timeout: .seconds(30)))
      return (reply.status?.offset ?? 0) > 0
    } catch {
      guard [.notFound, .unimplemented].contains(error.code) else { throw error }
      return false
    }
  }

  /// Whether the blob is in the store.
  func contains(_ digest: String) async throws -> Bool {
    do {
      _ = try await context.backends.contents.info(.init(digest: digest), options: .init(timeout: .seconds(30)))
      return true
    } catch  where error.code == .notFound {
      return false
    }
  }

  /// Opens the file that a blob is to be written to; it may hold a part of it already.
  ///
  /// - Parameter directory: for a plugin without ingests.
  /// - Returns: nil where the blob has come into the store meanwhile.
  func open(_ blob: GantryWorkerV1.Blob, directory: String) async throws -> Opened? {
    let request = GantryContentV1.OpenIngestRequest(
      ref: Self.reference(blob.digest), digest: blob.digest, size: blob.size)
    while true {
      do {
        let reply = try await ingests.openReply(request, options: .init(timeout: .seconds(60)))
        guard let file = reply.descriptors.first else {
          throw GantryError(.internal, "the content plugin opened \(request.ref) without handing over a descriptor")
        }
        return Opened(file: file, staging: nil)
      } catch let error as GantryError where error.code == .alreadyExists {
        return nil
      } catch let error as GantryError where error.code == .unimplemented {
        return try await stage(blob, directory)
      } catch let error as GantryError where error.code == .unavailable {
        // The same blob is fetched for another place in this image, or by a process that is about to end.
        try await Task.sleep(for: .milliseconds(100))
        if try await contains(blob.digest) { return nil }
      }
    }
  }

  private func stage(_ blob: GantryWorkerV1.Blob, _ directory: String) async throws -> Opened {
    guard HexID.isDigest(blob.digest) else {
      throw GantryError(.invalidArgument, "layer \(blob.digest) has no SHA-256 digest")
    }
    return try await context.threads.run {
      let staging = try FileDescriptor.open(directory, O_RDONLY | O_DIRECTORY)
      let file = try staging.open(String(blob.digest.dropFirst(7)), O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
      return Opened(file: file, staging: staging)
    }
  }

  /// Makes a blob of what has been written. Nobody may have the file open any more.
  func finish(_ blob: GantryWorkerV1.Blob, directory: String) async throws {
    let request = GantryContentV1.FinishIngestRequest(
      ref: Self.reference(blob.digest), digest: blob.digest, size: blob.size)
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      let outcome = await Result { try await ingests.finish(request, options: .init(timeout: .seconds(1800))) }
      guard case .failure(let error) = outcome else { return }
      switch (error as? GantryError)?.code {
      case .notFound:
        guard try await contains(blob.digest) else { throw error }
        return
      case .unimplemented:
        let staging = try await context.threads.run { try FileDescriptor.open(directory, O_RDONLY | O_DIRECTORY) }
        return try await BlobIngester(context.backends).ingest(blob, staging: staging)
      case .unavailable where ContinuousClock.now < deadline: try await Task.sleep(for: .milliseconds(50))
      default: throw error
      }
    }
  }

  /// Opens a blob of the store for reading.
  func read(_ digest: String) async throws -> FileDescriptor {
    do {
      let reply = try await context.backends.blobs.openReply(
        .init(digest: digest), options: .init(timeout: .seconds(60)))
      guard let file = reply.descriptors.first else {
        throw GantryError(.internal, "the content plugin opened \(digest) without handing over a descriptor")
      }
      return file
    } catch let error as GantryError where error.code == .unimplemented {
      return try await copy(digest)
    }
  }

  /// A plugin that hands out no descriptors has the blob read into a file without a name.
  private func copy(_ digest: String) async throws -> FileDescriptor {
    let file = try FileDescriptor.open(context.paths.staging, O_RDWR | Int32(__O_TMPFILE) | O_DIRECTORY, mode: 0o600)
    let request = ContainerdServicesContentV1.ReadContentRequest(digest: digest)
    for try await part in try await context.backends.contents.read(request, options: .init(timeout: .seconds(1800))) {
      try file.writeAll(part.data)
    }
    return file
  }
}
