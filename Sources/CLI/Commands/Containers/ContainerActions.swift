import Messages

/// The commands that do one thing to each container they are given.
package enum ContainerActions {
  private static let many = "CONTAINER [CONTAINER...]"

  package static let pause = Command(
    "pause", many, "Pause all processes within one or more containers",
    spellings: ["container pause", "pause"], arguments: .atLeast(1)
  ) { invocation, session in
    try await session.each(invocation.arguments) { name in
      _ = try await session.containers { try await $0.pause(.init(container: name)) }
      return name
    }
  }

  package static let unpause = Command(
    "unpause", many, "Unpause all processes within one or more containers",
    spellings: ["container unpause", "unpause"], arguments: .atLeast(1)
  ) { invocation, session in
    try await session.each(invocation.arguments) { name in
      _ = try await session.containers { try await $0.unpause(.init(container: name)) }
      return name
    }
  }

  package static let stop = Command(
    "stop", "[OPTIONS] \(many)", "Stop one or more running containers", spellings: ["container stop", "stop"],
    arguments: .atLeast(1), options: { [signal, timeout, time] }
  ) { invocation, session in
    let timeout = try Self.timeout(invocation, session)
    let signal = invocation.string("signal") ?? ""
    return try await session.each(invocation.arguments) { name in
      _ = try await session.containers {
        try await $0.stop(
          .init(container: name, timeout: timeout ?? 0, hasTimeout: timeout != nil, signal: signal))
      }
      return name
    }
  }

  package static let restart = Command(
    "restart", "[OPTIONS] \(many)", "Restart one or more containers", spellings: ["container restart", "restart"],
    arguments: .atLeast(1), options: { [signal, timeout, time] }
  ) { invocation, session in
    let timeout = try Self.timeout(invocation, session)
    let signal = invocation.string("signal") ?? ""
    return try await session.each(invocation.arguments) { name in
      _ = try await session.containers {
        try await $0.restart(
          .init(container: name, timeout: timeout ?? 0, hasTimeout: timeout != nil, signal: signal))
      }
      return name
    }
  }

  package static let kill = Command(
    "kill", "[OPTIONS] \(many)", "Kill one or more running containers", spellings: ["container kill", "kill"],
    arguments: .atLeast(1), options: { [.value("signal", "s", "string", "Signal to send to the container")] }
  ) { invocation, session in
    let signal = invocation.string("signal") ?? ""
    return try await session.each(invocation.arguments) { name in
      do {
        _ = try await session.containers { try await $0.kill(.init(container: name, signal: signal)) }
      } catch CommandFailure.engine(let error) where error.code == .notFound {
        throw CommandFailure.engine(error.wrapped("Cannot kill container: \(name)"))
      }
      return name
    }
  }

  package static let remove = Command(
    "rm", otherNames: ["remove"], "[OPTIONS] \(many)", "Remove one or more containers",
    spellings: ["container rm", "container remove", "rm"], arguments: .atLeast(1),
    options: {
      [
        .flag("force", "f", "Force the removal of a running container (uses SIGKILL)"),
        .flag("volumes", "v", "Remove anonymous volumes associated with the container"),
      ]
    }
  ) { invocation, session in
    let force = invocation.flag("force")
    let volumes = invocation.flag("volumes")
    return try await session.each(invocation.arguments) { name in
      let name = name.hasPrefix("/") ? String(name.dropFirst()) : name
      guard !name.isEmpty else { throw CommandFailure.local("Container name cannot be empty") }
      do {
        _ = try await session.containers {
          try await $0.remove(.init(container: name, force: force, volumes: volumes))
        }
      } catch CommandFailure.engine(let error) where force && error.code == .notFound {
        // What is to be gone is gone; it is said, but it is no failure.
        session.console.complain(CommandFailure.engine(error).sentence ?? "")
        return nil
      }
      return name
    }
  }

  package static let wait = Command(
    "wait", many, "Block until one or more containers stop, then print their exit codes",
    spellings: ["container wait", "wait"], arguments: .atLeast(1)
  ) { invocation, session in
    try await session.each(invocation.arguments) { name in
      let waiter = ExitWaiter(session: session, container: name)
      return String(try await waiter.wait(for: .notRunning).exitCode)
    }
  }

  package static let rename = Command(
    "rename", "CONTAINER NEW_NAME", "Rename a container", spellings: ["container rename", "rename"],
    arguments: .exactly(2)
  ) { invocation, session in
    let (old, new) = (invocation.arguments[0], invocation.arguments[1])
    do {
      _ = try await session.containers { try await $0.rename(.init(container: old, name: new)) }
      return 0
    } catch CommandFailure.engine(let error) {
      session.console.complain(CommandFailure.engine(error).sentence ?? "")
      throw CommandFailure.local("Error: failed to rename container named \(old)")
    }
  }

  private static let signal = Option.value("signal", "s", "string", "Signal to send to the container")
  private static let timeout = Option.integer("timeout", "t", "Seconds to wait before killing the container")

  /// What `--timeout` was called before Docker 28.
  private static let time = Option.integer("time", "", "Seconds to wait before killing the container").hidden

  private static func timeout(_ invocation: Invocation, _ session: Session) throws(CommandFailure) -> Int32? {
    if invocation.isSet("time") {
      // On standard output, as Docker's own.
      try session.console.print("Flag --time has been deprecated, use --timeout instead\n")
      guard !invocation.isSet("timeout") else {
        throw .local("conflicting options: cannot specify both --timeout and --time")
      }
    }
    return (invocation.integer("timeout") ?? invocation.integer("time")).map { Int32(clamping: $0) }
  }
}
