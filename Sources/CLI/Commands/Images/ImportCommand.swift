import Errors
import Messages

/// `gantry import` and `gantry load`.
package enum ImportCommand {
  package static let command = Command(
    "import", "[OPTIONS] file|directory|URL|- [REPOSITORY[:TAG]]",
    "Import the contents from a tarball to create a filesystem image",
    spellings: ["image import", "import"], arguments: .atLeast(1),
    options: {
      [
        .list("change", "c", "list", "Apply Dockerfile instruction to the created image"),
        .value("message", "m", "string", "Set commit message for imported image"),
        .value("platform", "", "string", "Set platform if the archive has several"),
        .flag("quiet", "q", "Suppress the progress"),
      ]
    }
  ) { invocation, session in
    let source = invocation.arguments[0]
    let name = invocation.arguments.count > 1 ? invocation.arguments[1] : ""
    if !name.isEmpty { try ImageReference.check(name) }
    var request = GantryEngineV1.ImportImageRequest(
      source: source, name: name, platform: invocation.string("platform") ?? "",
      changes: invocation.strings("change"), message: invocation.string("message") ?? "")
    if ArchiveSource.isAddress(source) { request.address = source }
    return try await take(request, invocation, session)
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
    let request = GantryEngineV1.ImportImageRequest(
      source: invocation.string("input") ?? "-", platform: invocation.string("platform") ?? "", kind: .images)
    return try await take(request, invocation, session)
  }

  private static func take(
    _ request: GantryEngineV1.ImportImageRequest, _ invocation: Invocation, _ session: Session
  ) async throws -> Int32 {
    let archive = try ArchiveSource.open(request.source, session, packsDirectories: request.kind != .images)
    let progress = invocation.flag("quiet") ? nil : ProgressDisplay(session.console.error)
    let events = try await session.images {
      try await $0.`import`(request, options: .init(descriptors: [archive].compactMap(\.self)))
    }
    var result: GantryEngineV1.ImportResult?
    do {
      for try await event in events {
        switch event.event {
        // What is about no part of the image, the address that is read, stands on standard output, as Docker's does.
        case .progress(let step) where step.id.isEmpty:
          if progress != nil { try? session.console.print(step.status + "\n") }
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
      throw CommandFailure.local(
        "the engine ended the import of \(request.source) without a result; is it another version?")
    }
    try session.console.print(text(result))
    return 0
  }

  private static func text(_ result: GantryEngineV1.ImportResult) -> String {
    if result.isRootFileSystem { return result.images.map { $0.id + "\n" }.joined() }
    var lines: [String] = []
    for image in result.images {
      for (name, former) in image.replaced.sorted(by: { $0.key < $1.key }) {
        lines.append("The image \(name) already exists, renaming the old one with ID \(former) to empty string")
      }
      lines += image.names.isEmpty ? ["Loaded image ID: \(image.id)"] : image.names.map { "Loaded image: \($0)" }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
