import Hashing
import Digests
import Errors
import ImageSpec
import Linux

/// Sends a manifest or an index and gives it its tag.
struct ManifestPush: Sendable {
  let session: RegistrySession
  let endpoint: Endpoint
  let repository: Repository

  /// - Returns: the digest by which the registry knows it.
  /// - Throws: `.failedPrecondition` where the registry has another one.
  func run(_ bytes: [UInt8], mediaType: String, reference: ManifestReference) async throws(GantryError) -> Digest {
    let digest = try Digest.of(bytes, reference.digest?.algorithm ?? .sha256)
    if let wanted = reference.digest, wanted != digest {
      throw GantryError(.failedPrecondition, "the manifest is not \(wanted): it has the digest \(digest)")
    }
    var request = RegistryRequest(
      method: .put, place: .path("/v2/\(repository.path)/manifests/\(reference.text)"))
    request.headers = [("Content-Type", mediaType)]
    request.scopes = [.push(repository.path)]
    request.body = .bytes(bytes)
    let response = try await session.perform(request, at: endpoint)
    if let said = response.headers["docker-content-digest"], let theirs = try? Digest(parsing: said),
      theirs.algorithm == digest.algorithm, theirs != digest
    {
      throw GantryError(
        .failedPrecondition, "the manifest was damaged on its way to \(endpoint.name): it has \(theirs), not \(digest)")
    }
    return digest
  }
}
