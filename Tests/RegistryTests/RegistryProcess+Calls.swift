import AsyncWire
import Errors
import Glibc
import Linux
import Messages

/// What came of a fetch.
struct Fetched: Sendable {
  var result: GantryRegistryV1.FetchResult?
  var retries: [GantryRegistryV1.FetchProgress] = []
}

/// What came of a push.
struct Pushed: Sendable {
  var result: GantryRegistryV1.PushResult?
  var retries: [GantryRegistryV1.FetchProgress] = []
}

extension RegistryProcess {
  func resolve(
    _ repository: String, _ reference: String = "latest", platform: String = "", staging: FileDescriptor
  ) async throws -> GantryRegistryV1.ResolveResponse {
    try await client.resolve(
      .init(repository: repository, reference: reference, platform: platform), options: .init(descriptors: [staging]))
  }

  /// - Parameter pipe: closed here as soon as the program has it, so that its end is seen.
  func fetch(
    _ repository: String, _ blob: GantryWorkerV1.Blob?, into file: FileDescriptor, pipe: FileDescriptor? = nil
  ) async throws -> Fetched {
    var fetched = Fetched()
    let events = try await client.fetch(
      .init(repository: repository, blob: blob), options: .init(descriptors: [file] + (pipe.map { [$0] } ?? [])))
    defer { pipe?.closeForAll() }
    for try await event in events {
      pipe?.closeForAll()
      switch event.event {
      case .progress(let progress): if progress.retryIn > 0 { fetched.retries.append(progress) }
      case .result(let result): fetched.result = result
      case nil: break
      }
    }
    return fetched
  }

  func push(
    _ repository: String, _ blob: GantryWorkerV1.Blob, from file: FileDescriptor, mountFrom: [String] = []
  ) async throws -> Pushed {
    var pushed = Pushed()
    let events = try await client.push(
      .init(repository: repository, blob: blob, mountFrom: mountFrom), options: .init(descriptors: [file]))
    for try await event in events {
      switch event.event {
      case .progress(let progress): if progress.retryIn > 0 { pushed.retries.append(progress) }
      case .result(let result): pushed.result = result
      case nil: break
      }
    }
    return pushed
  }

  func putManifest(_ repository: String, _ reference: String, mediaType: String, _ file: FileDescriptor) async throws
    -> String
  {
    try await client.putManifest(
      .init(repository: repository, reference: reference, mediaType: mediaType), options: .init(descriptors: [file])
    ).digest
  }
}

extension FileDescriptor {
  /// Closes what it refers to, whoever else holds this object.
  func closeForAll() {
    guard let nothing = try? FileDescriptor.open("/dev/null", O_RDONLY) else { return }
    dup2(nothing.number, number)
  }
}
