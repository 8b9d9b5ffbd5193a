import Errors
import Messages
import RuntimeSpec

/// From the settings of one more process to its OCI process, as Docker's `exec` makes it.
struct ExecBuilder {
  let request: GantryRuntimeV1.ExecProcessRequest
  let host: HostFacts

  /// `user.username` holds the user as it was written, for the launcher to look up inside the container.
  ///
  /// - Throws: `.invalidArgument` that names the setting, `.notFound` for a command without a name.
  func process() throws(GantryError) -> ProcessSpec {
    let specification = try Specification(parsing: request.spec)
    guard var process = specification.process else {
      throw GantryError(
        .invalidArgument, "the container's specification has no process; it was not made by a runtime plugin")
    }
    guard let command = request.args.first else { throw GantryError(.invalidArgument, "No exec command specified") }
    guard !command.isEmpty else { throw GantryError(.notFound, "exec: \"\": executable file not found in $PATH") }
    guard request.workingDirectory.isEmpty || request.workingDirectory.hasPrefix("/") else {
      throw GantryError(
        .invalidArgument,
        "the working directory '\(request.workingDirectory)' is invalid, it needs to be an absolute path")
    }
    let name = request.user.isEmpty ? specification.annotations[Annotations.user] ?? "" : request.user
    let user = UserName(name)
    if !request.user.isEmpty { process.user = user.numbers }
    process.user.username = name
    process.args = request.args
    if !request.workingDirectory.isEmpty { process.cwd = request.workingDirectory }
    process.terminal = request.terminal
    process.consoleSize = ConsoleSize(width: request.consoleWidth, height: request.consoleHeight)
    process.env = EnvironmentVariables.merged(
      request.terminal ? EnvironmentVariables.merged(process.env, ["TERM=xterm"]) : process.env, request.env)
    let names = request.privileged ? host.capabilities : process.capabilities?.bounding ?? []
    process.capabilities = CapabilitySets(names, isRoot: user.isRoot)
    return process
  }
}
