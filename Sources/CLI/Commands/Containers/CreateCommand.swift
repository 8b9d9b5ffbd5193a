import Messages

/// `gantry create`.
package enum CreateCommand {
  package static let command = Command(
    "create", "[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create a new container",
    spellings: ["container create", "create"], arguments: .atLeast(1), stopsAtArgument: true,
    options: { ContainerOptions.all }
  ) { invocation, session in
    var request: GantryEngineV1.CreateContainerRequest
    do {
      request = try ContainerRequest(invocation, session).message()
    } catch {
      let failure = CommandFailure(error)
      // What is wrong with the command line itself looks as it does with `run`.
      guard case .local = failure else { throw failure }
      throw StartFailure.shaped(failure, path: invocation.path)
    }
    try ImageReference.check(request.image)
    let streams = invocation.strings("attach").map { $0.lowercased() }
    request.attachStdin = streams.isEmpty ? request.openStdin : streams.contains("stdin")
    request.attachStdout = streams.isEmpty || streams.contains("stdout")
    request.attachStderr = streams.isEmpty || streams.contains("stderr")
    request.stdinOnce = request.attachStdin
    let idFile = try invocation.string("cidfile").map { try ContainerIDFile($0) }
    let created: GantryEngineV1.CreateContainerResponse
    do {
      created = try await ImageFetch(session).create(
        request, policy: invocation.string("pull") ?? "missing", platform: invocation.string("platform") ?? "",
        isQuiet: invocation.flag("quiet"))
    } catch {
      idFile?.abandon()
      throw error
    }
    try idFile?.write(created.id)
    for warning in created.warnings { session.console.complain("WARNING: \(warning)") }
    try session.console.print(created.id + "\n")
    return 0
  }
}
