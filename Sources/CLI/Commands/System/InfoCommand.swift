import Errors
import JSON
import Messages
import Templates
import Version

/// `gantry info`.
package enum InfoCommand {
  package static let command = Command(
    "info", "[OPTIONS]", "Display system-wide information", spellings: ["system info", "info"], arguments: .none,
    section: .common, options: { [FormatHelp.documentOption] }
  ) { invocation, session in
    let format = invocation.string("format") ?? ""
    let template = try Template.ofDocument(format)
    let client = "Client:\n Version:    \(ProductVersion.number)\n Debug Mode: false\n\nServer:\n"
    let bytes: [UInt8]
    do {
      bytes = try await session.system { try await $0.info(.init()).json }
    } catch {
      if format.isEmpty { try session.console.print(client) }
      throw error
    }
    let info = try JSONValue(parsing: bytes)
    if let template {
      let (output, error) = template.outcome(Value(structure: info, named: "system.dockerInfo"))
      try session.console.print(output + "\n")
      if let error { throw error }
    } else {
      try session.console.print(client + InfoPage(info).text)
    }
    return 0
  }
}
