import Errors
import Glibc
import Linux
import Messages

/// `gantry image import` and `gantry load`.
package enum ImportCommand {
  package static let command = Command(
    "import", "[OPTIONS] FILE|- [REPOSITORY[:TAG]]",
    "Take in an image archive (OCI, docker save) or a root file system (tar)",
    spellings: ["image import", "import"], arguments: .between(1, 2),
    options: {
      [
        .value("platform", "", "string", "Set platform if the archive has several"),
        .flag("quiet", "q", "Suppress the progress"),
      ]
    }
  ) { invocation, session in
    let name = invocation.arguments.count == 2 ? invocation.arguments[1] : ""
    if !name.isEmpty { try ImageReference.check(name) }
    return try await take(invocation.arguments[0], name: name, invocation, session)
  }

  package static let load = Command(
    "load", "[OPTIONS]", "Load an image from a tar archive or STDIN", spellings: ["image load", "load"],
    arguments: .none,
    options: {
      [
        .value("input", "i", "string", "Read from tar archive file, instead of STDIN"),
        .value("platform", "", "string", "Set platform if the archive has several"),
        .flag("quiet", "q", "Suppress the load output"),
      ]
    }
  ) { invocation, session in
    try await take(invocation.string("input") ?? "-", name: "", invocation, session)
  }

  private static func take(
    _ source: String, name: String, _ invocation: Invocation, _ session: Session
  ) async throws -> Int32 {
    let archive = try open(source, session)
    let request = GantryEngineV1.ImportImageRequest(
      source: source, name: name, platform: invocation.string("platform") ?? "")
    let progress = invocation.flag("quiet") ? nil : ProgressDisplay(session.console.error)
    let events = try await session.images { try await $0.`import`(request, options: .init(descriptors: [archive])) }
    var result: GantryEngineV1.ImportResult?
    do {
      for try await event in events {
        switch event.event {
        case .progress(let step): progress?.show(step)
        case .result(let end): result = end
        case nil: break
        }
      }
    } catch {
      progress?.finish()
      throw CommandFailure.engine(error)
    }
    progress?.finish()
    guard let result else {
      throw CommandFailure.local("the engine ended the import of \(source) without a result; is it another version?")
    }
    for image in result.images {
      let lines = image.names.isEmpty ? ["Loaded image ID: \(image.id)"] : image.names.map { "Loaded image: \($0)" }
      try session.console.print(lines.map { $0 + "\n" }.joined())
    }
    return 0
  }

  private static func open(_ source: String, _ session: Session) throws(CommandFailure) -> FileDescriptor {
    if source == "-" {
      guard !session.console.inputIsTerminal else {
        throw .local("requested load from stdin, but stdin is empty")
      }
      return session.console.input
    }
    do throws(GantryError) {
      let file = try FileDescriptor.open(source, O_RDONLY)
      var status = stat()
      guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
        throw GantryError(.invalidArgument, "\(source) is a directory: give an archive, or '-' for standard input")
      }
      return file
    } catch {
      throw CommandFailure(error.naming("open", source))
    }
  }
}
