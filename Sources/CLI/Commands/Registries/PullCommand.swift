import References
import Errors
import Messages

/// `gantry pull`.
package enum PullCommand {
  package static let command = Command(
    "pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry",
    spellings: ["image pull", "pull"], arguments: .exactly(1),
    options: {
      [
        .flag("all-tags", "a", "Download all tagged images in the repository"),
        .flag("disable-content-trust", "", "Skip image verification", on: true),
        .value("platform", "", "string", "Set platform if server is multi-platform capable"),
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
    let result = try await ImageFetch(session).pull(
      name, allTags: allTags, platform: invocation.string("platform") ?? "",
      display: isQuiet ? nil : TransferDisplay(session.console.output))
    if allTags {
      // The names as one: what was asked for.
      try session.console.print((result.images.first.map { try Reference(parsing: $0.fullName).name } ?? "") + "\n")
    } else {
      try session.console.print(result.images.map { $0.fullName + "\n" }.joined())
    }
    return 0
  }
}
