import Hashing
import Digests
import Errors
import ImageSpec

/// Reads documents of a repository from one endpoint, each checked against what was promised of it.
struct DocumentFetcher: Sendable {
  let session: RegistrySession
  let endpoint: Endpoint
  let repository: Repository

  /// Larger documents are refused, as registries do.
  static let maximumSize = 4 << 20

  /// Every kind that can be read, so that a registry does not make another one of it.
  private static let accepted = [
    MediaType.ociIndex, .dockerManifestList, .ociManifest, .dockerManifest,
  ].map(\.rawValue).joined(separator: ", ")

  /// Reads what a tag or a digest names.
  ///
  /// - Throws: `.notFound`, `.failedPrecondition` where the digest is another one, `.invalidArgument` where it is no document
  ///   that can be read.
  func manifest(_ reference: String) async throws(GantryError) -> Document {
    let promised = try? Digest(parsing: reference)
    let name = promised == nil ? "\(repository.familiarName):\(reference)" : "\(repository.familiarName)@\(reference)"
    var request = RegistryRequest(place: .path("/v2/\(repository.path)/manifests/\(reference)"))
    request.headers = [("Accept", Self.accepted)]
    request.scopes = [.pull(repository.path)]
    request.bodyLimit = Self.maximumSize
    let response: HTTPResponse
    do throws(GantryError) {
      response = try await session.perform(request, at: endpoint)
    } catch {
      throw explained(error, name)
    }
    return try Self.checked(response, promised: promised, name: "manifest for \(name)")
  }

  /// In Docker's words.
  private func explained(_ error: GantryError, _ name: String) -> GantryError {
    switch error.code {
    case .notFound:
      return GantryError(.notFound, "manifest for \(name) not found: \(error.message)", cause: error.cause)
    case .unauthenticated, .permissionDenied:
      return GantryError(
        error.code,
        "pull access denied for \(repository.familiarName), repository does not exist or may require 'gantry login': "
          + error.message, cause: error.cause)
    default: return error
    }
  }

  private static func checked(
    _ response: HTTPResponse, promised: Digest?, name: String
  ) throws(GantryError) -> Document {
    let digest = try Digest.of(response.body, promised?.algorithm ?? .sha256)
    if let promised, digest != promised {
      throw GantryError(.failedPrecondition, "\(name) is not what its digest says: it has the digest \(digest)")
    }
    if promised == nil, let said = response.headers["docker-content-digest"] {
      let expected: Digest
      do { expected = try Digest(parsing: said) } catch { throw error.wrapped("\(name): Docker-Content-Digest") }
      guard try Digest.of(response.body, expected.algorithm) == expected else {
        throw GantryError(
          .failedPrecondition, "\(name) was damaged on its way: the registry says \(expected), and it has \(digest)")
      }
    }
    let type = try ManifestKind.mediaType(
      of: response.body, contentType: response.headers["content-type"] ?? "", name: name)
    return Document(mediaType: type, digest: digest, bytes: response.body)
  }

  /// Reads a small blob, such as an image's config.
  ///
  /// - Throws: as `manifest`.
  func blob(_ descriptor: Descriptor, name: String) async throws(GantryError) -> Document {
    guard descriptor.size <= Self.maximumSize else {
      throw GantryError(
        .invalidArgument, "\(name) has \(descriptor.size) bytes; more than \(Self.maximumSize) are not read")
    }
    var request = RegistryRequest(place: .path("/v2/\(repository.path)/blobs/\(descriptor.digest)"))
    request.scopes = [.pull(repository.path)]
    request.bodyLimit = Self.maximumSize
    let response: HTTPResponse
    do throws(GantryError) {
      response = try await session.perform(request, at: endpoint)
    } catch {
      throw error.wrapped(name)
    }
    guard Int64(response.body.count) == descriptor.size else {
      throw GantryError(
        .failedPrecondition,
        "\(name) is not what its manifest says: it has \(response.body.count) bytes, not \(descriptor.size)")
    }
    let digest = try Digest.of(response.body, descriptor.digest.algorithm)
    guard digest == descriptor.digest else {
      throw GantryError(
        .failedPrecondition, "\(name) is not what its manifest says: its content has the digest \(digest)")
    }
    return Document(mediaType: descriptor.mediaType, digest: digest, bytes: response.body)
  }
}
