import Errors
import JSON
import Messages
import Templates

/// `gantry inspect`, `gantry container inspect` and `gantry image inspect`.
package enum InspectCommand {
  /// Finds one object's document; nil where there is none of this name.
  package typealias Finder = @Sendable (String, Invocation, Session) async throws -> [UInt8]?

  package static let any = Command(
    "inspect", "[OPTIONS] NAME|ID [NAME|ID...]", "Return low-level information on Docker objects",
    arguments: .atLeast(1),
    options: {
      [
        FormatHelp.documentOption, .flag("size", "s", "Display total file sizes if the type is container"),
        .value("type", "", "string", "Only inspect objects of the given type"),
      ]
    }
  ) { invocation, session in
    switch invocation.string("type") ?? "" {
    case "": try await inspect(invocation, session) { try await either($0, $1, $2) }
    case "container": try await inspect(invocation, session) { try await container($0, $1, $2) }
    case "image": try await inspect(invocation, session) { try await unsized(wantedImage($0, $1, $2), $1, $2) }
    case let type:
      throw CommandFailure.local("unknown type: \(GoSyntax.quoted(type)): must be one of \"container\", \"image\"")
    }
  }

  package static let container = Command(
    "inspect", "[OPTIONS] CONTAINER [CONTAINER...]", "Display detailed information on one or more containers",
    arguments: .atLeast(1), options: { [FormatHelp.documentOption, .flag("size", "s", "Display total file sizes")] }
  ) { invocation, session in
    try await inspect(invocation, session) { try await container($0, $1, $2) }
  }

  package static let image = Command(
    "inspect", "[OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images",
    arguments: .atLeast(1), options: { [FormatHelp.documentOption] }
  ) { invocation, session in
    try await inspect(invocation, session) { try await wantedImage($0, $1, $2) }
  }

  private static func container(_ name: String, _ invocation: Invocation, _ session: Session) async throws -> [UInt8]? {
    let size = invocation.flag("size")
    return try await session.containers { try await $0.inspect(.init(container: name, size: size)).json }
  }

  private static func image(_ name: String, _ invocation: Invocation, _ session: Session) async throws -> [UInt8]? {
    try await session.images { try await $0.inspect(.init(name: name)).json }
  }

  /// An image where nothing else is meant: Docker names what was asked for, too, where there is none.
  private static func wantedImage(
    _ name: String, _ invocation: Invocation, _ session: Session
  ) async throws -> [UInt8]? {
    do {
      return try await image(name, invocation, session)
    } catch {
      guard case CommandFailure.engine(let reason) = error, reason.code == .notFound else { throw error }
      throw CommandFailure.engine(GantryError(.notFound, "no such image: \(name): \(reason.message)"))
    }
  }

  /// An image's document as it is; `--size`, which only containers have, is told to be of no use to it.
  private static func unsized(_ document: [UInt8]?, _ invocation: Invocation, _ session: Session) -> [UInt8]? {
    if document != nil, invocation.flag("size") { session.console.complain("WARNING: --size ignored for image") }
    return document
  }

  private static func either(_ name: String, _ invocation: Invocation, _ session: Session) async throws -> [UInt8]? {
    do {
      return try await container(name, invocation, session)
    } catch CommandFailure.engine(let error) where error.code == .notFound {
      do {
        return try await unsized(image(name, invocation, session), invocation, session)
      } catch CommandFailure.engine(let error) where isNone(error) {
        return nil
      }
    }
  }

  /// What is no image's name may be another object's.
  private static func isNone(_ error: GantryError) -> Bool {
    error.code == .notFound || error.message.hasPrefix("invalid reference format")
  }

  private static func inspect(
    _ invocation: Invocation, _ session: Session, _ find: Finder
  ) async throws -> Int32 {
    let format = invocation.string("format") ?? ""
    let template = format.isEmpty || format == "json" ? nil : try Template.parsing(format, exitCode: 64)
    var documents: [JSONValue] = []
    var complaints: [String] = []
    for name in invocation.arguments {
      do {
        if let bytes = try await find(name, invocation, session) {
          documents.append(try JSONValue(parsing: bytes))
        } else {
          complaints.append("Error: No such object: \(name)")
        }
      } catch CommandFailure.engine(let error) where error.code != .unavailable {
        complaints.append(CommandFailure.engine(error).sentence ?? "")
      }
    }
    if let template {
      do throws(CommandFailure) {
        var text = ""
        for document in documents { text += try filled(template, document) + "\n" }
        // Docker has a line even for nothing.
        try session.console.print(text.isEmpty ? "\n" : text)
      } catch {
        // Docker ends the line that it could not fill.
        try session.console.print("\n")
        throw error
      }
    } else {
      let list = JSONValue.array(documents)
      try session.console.print(list.text(indentation: format == "json" ? "" : "    ") + "\n")
    }
    complaints.forEach(session.console.complain)
    return complaints.isEmpty ? 0 : 1
  }

  /// A template gets the structs that Docker has; where it does not fit them, the document as it came, and what does not
  /// fit that either is an error.
  private static func filled(_ template: Template, _ document: JSONValue) throws(CommandFailure) -> String {
    let type = document["HostConfig"] == nil ? "image.InspectResponse" : "container.InspectResponse"
    let (output, error) = template.outcome(Value(structure: document, named: type))
    if error == nil { return output }
    return try template.rendering(Value(document: document), missingKey: .error)
  }
}
