import Messages

/// `gantry export`, `gantry commit` and `gantry diff`: what becomes of a container's tree.
package enum TreeCommands {
  package static let export = Command(
    "export", "[OPTIONS] CONTAINER", "Export a container's filesystem as a tar archive",
    spellings: ["container export", "export"], arguments: .exactly(1),
    options: { [.value("output", "o", "string", "Write to a file, instead of STDOUT")] }
  ) { invocation, session in
    let output = try OutputFile(invocation.string("output"), console: session.console, action: "export container")
    let container = invocation.arguments[0]
    try await output.write {
      _ = try await session.containerTrees {
        try await $0.export(.init(container: container), options: .init(descriptors: [output.descriptor]))
      }
    }
    return 0
  }

  package static let commit = Command(
    "commit", "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]", "Create a new image from a container's changes",
    spellings: ["container commit", "commit"], arguments: .between(1, 2),
    options: {
      [
        .value("author", "a", "string", "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")"),
        .list("change", "c", "list", "Apply Dockerfile instruction to the created image"),
        .value("message", "m", "string", "Commit message"),
        .flag("pause", "p", "Pause container during commit", on: true),
      ]
    }
  ) { invocation, session in
    let name = invocation.arguments.count == 2 ? invocation.arguments[1] : ""
    if !name.isEmpty { try ImageReference.check(name) }
    let request = GantryEngineV1.CommitContainerRequest(
      container: invocation.arguments[0], name: name, author: invocation.string("author") ?? "",
      message: invocation.string("message") ?? "", noPause: !invocation.flag("pause", otherwise: true),
      changes: invocation.strings("change"))
    let id = try await session.containerTrees { try await $0.commit(request).id }
    try session.console.print(id + "\n")
    return 0
  }

  package static let diff = Command(
    "diff", "CONTAINER", "Inspect changes to files or directories on a container's filesystem",
    spellings: ["container diff", "diff"], arguments: .exactly(1)
  ) { invocation, session in
    let container = invocation.arguments[0]
    let changes = try await session.containerTrees { try await $0.changes(.init(container: container)).changes }
    try session.console.print(changes.map { "\(letter($0.kind)) \($0.path)\n" }.joined())
    return 0
  }

  /// Docker's letter for it.
  static func letter(_ kind: GantryWorkerV1.ChangeKind) -> String {
    switch kind {
    case .added: "A"
    case .deleted: "D"
    default: "C"
    }
  }
}
