import Errors
import Linux
import Messages
import References

/// Pulls images: for `pull`, and for `run` and `create` where the image is not here.
package struct ImageFetch: Sendable {
  private let session: Session

  package init(_ session: Session) { self.session = session }

  /// - Parameters:
  ///   - contentOnly: the layers stay packed.
  ///   - display: nil shows nothing.
  package func pull(
    _ name: String, allTags: Bool = false, contentOnly: Bool = false, platform: String, display: TransferDisplay?
  ) async throws(CommandFailure) -> GantryEngineV1.TransferResult {
    let credentials = CredentialStore(session.surroundings).usableCredentials(
      for: Reference.domain(of: name), session.console)
    let request = GantryEngineV1.PullRequest(
      name: name, allTags: allTags, platform: platform, credentials: credentials,
      contentOnly: contentOnly)
    let events = try await session.registries { try await $0.pull(request) }
    return try await Transfer.follow(events, display: display, console: session.console)
  }

  /// Makes a container; its image is pulled first where that is wanted.
  ///
  /// - Parameter policy: "missing", "always" or "never".
  package func create(
    _ request: GantryEngineV1.CreateContainerRequest, policy: String, platform: String, isQuiet: Bool
  ) async throws(CommandFailure) -> GantryEngineV1.CreateContainerResponse {
    if policy == "always" { try await fetch(request.image, platform, isQuiet) }
    do throws(CommandFailure) {
      return try await session.containers { try await $0.create(request) }
    } catch {
      guard policy == "missing", case .engine(let reason) = error,
        (try? ImageReference.check(request.image)) != nil, try await isUnfit(request.image, reason)
      else { throw error }
    }
    let shown = ImageReference.hasTagOrDigest(request.image) ? request.image : "\(request.image):latest"
    session.console.complain("Unable to find image '\(shown)' locally")
    try await fetch(request.image, platform, isQuiet)
    return try await session.containers { try await $0.create(request) }
  }

  private func fetch(_ image: String, _ platform: String, _ isQuiet: Bool) async throws(CommandFailure) {
    // Standard output is the container's.
    _ = try await pull(
      image, platform: platform, display: isQuiet ? nil : TransferDisplay(session.console.error))
  }

  /// Whether the container could not be made for want of the image, or of one for the platform that is asked for.
  private func isUnfit(_ image: String, _ reason: GantryError) async throws(CommandFailure) -> Bool {
    if reason.code == .failedPrecondition { return reason.message.contains("does not match the specified platform") }
    guard reason.code == .notFound else { return false }
    do throws(CommandFailure) {
      _ = try await session.images { try await $0.inspect(.init(name: image)) }
      return false
    } catch {
      guard case .engine(let reason) = error, reason.code == .notFound else { throw error }
      return true
    }
  }
}
