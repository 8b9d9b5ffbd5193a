import Errors
import Messages
import References

/// `gantry push`.
package enum PushCommand {
  package static let command = Command(
    "push", "[OPTIONS] NAME[:TAG]", "Upload an image to a registry", spellings: ["image push", "push"],
    arguments: .exactly(1),
    options: {
      [
        .flag("all-tags", "a", "Push all tags of an image to the repository"),
        .flag("disable-content-trust", "", "Skip image signing", on: true),
        .flag("quiet", "q", "Suppress verbose output"),
      ]
    }
  ) { invocation, session in
    let name = invocation.arguments[0]
    let allTags = invocation.flag("all-tags")
    try ImageReference.check(name)
    let hasTag = ImageReference.hasTagOrDigest(name)
    if allTags, hasTag { throw CommandFailure.local("tag can't be used with --all-tags/-a") }
    let isQuiet = invocation.flag("quiet")
    if !allTags, !hasTag, !isQuiet { try session.console.print("Using default tag: latest\n") }
    let credentials = CredentialStore(session.surroundings).usableCredentials(
      for: Reference.domain(of: name), session.console)
    let request = GantryEngineV1.PushImageRequest(name: name, allTags: allTags, credentials: credentials)
    let events = try await session.registries { try await $0.push(request) }
    let display = isQuiet ? nil : TransferDisplay(session.console.output)
    let result = try await Transfer.follow(events, display: display, console: session.console)
    if isQuiet {
      try session.console.print(allTags ? name + "\n" : result.images.map { $0.fullName + "\n" }.joined())
    }
    return 0
  }
}
