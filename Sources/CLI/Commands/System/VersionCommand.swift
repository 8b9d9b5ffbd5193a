import JSON
import Messages
import Templates
import Version

/// `gantry version`.
package enum VersionCommand {
  package static let command = Command(
    "version", "[OPTIONS]", "Show the Gantry version information", arguments: .none, section: .common,
    options: { [FormatHelp.documentOption] }
  ) { invocation, session in
    let format = invocation.string("format") ?? ""
    let template = try Template.ofDocument(format, name: "version")
    var server: GantryEngineV1.VersionResponse?
    var failure: CommandFailure?
    do throws(CommandFailure) {
      server = try await session.system { try await $0.version(.init()) }
    } catch {
      failure = error
    }
    if let template {
      let (output, error) = template.outcome(Value(structure: document(server), named: "system.versionInfo"))
      try session.console.print(output + "\n")
      if failure == nil, let error { throw error }
    } else {
      try session.console.print(client + (server.map { "\n" + text($0) } ?? ""))
    }
    if let failure { throw failure }
    return 0
  }

  private static let architecture: String = {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }()

  private static var client: String {
    block(
      "Client:",
      [
        ("Version", ProductVersion.number), ("Swift version", ProductVersion.swift),
        ("Git commit", ProductVersion.commit), ("Built", ProductVersion.buildDate),
        ("OS/Arch", "linux/\(architecture)"),
      ], 1, 20)
  }

  private static func text(_ server: GantryEngineV1.VersionResponse) -> String {
    var text =
      "Server:\n"
      + block(
        " Engine:",
        [
          ("Version", server.version),
          ("API version", "\(server.apiVersion) (minimum version \(server.minApiVersion))"),
          ("Swift version", server.swiftVersion), ("Git commit", server.gitCommit),
          ("Built", BuildStamp.date(ofTimestamp: server.buildTime) ?? server.buildTime),
          ("OS/Arch", "\(server.os)/\(server.architecture)"),
        ], 2, 20)
    for component in server.components where component.name != "Engine" {
      let details = component.details.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      text += block(" \(component.name):", [("Version", component.version)] + details, 2, 20)
    }
    return text
  }

  private static func block(_ title: String, _ lines: [(String, String)], _ indent: Int, _ width: Int) -> String {
    lines.filter { !$0.1.isEmpty }.reduce(into: title + "\n") { text, line in
      let label = String(repeating: " ", count: indent) + line.0 + ":"
      text += label + String(repeating: " ", count: max(1, width - label.count)) + line.1 + "\n"
    }
  }

  private static func document(_ server: GantryEngineV1.VersionResponse?) -> JSONValue {
    let client: JSONValue = [
      "Version": .string(ProductVersion.number), "GitCommit": .string(ProductVersion.commit),
      "SwiftVersion": .string(ProductVersion.swift), "Os": "linux", "Arch": .string(architecture),
      "BuildTime": .string(ProductVersion.buildDate),
    ]
    guard let server else { return ["Client": client, "Server": nil] }
    let components = server.components.map { component -> JSONValue in
      let details = component.details.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
      return [
        "Name": .string(component.name), "Version": .string(component.version),
        "Details": .object(JSONObject(details)),
      ]
    }
    return [
      "Client": client,
      "Server": [
        "Platform": ["Name": ""], "Components": .array(components), "Version": .string(server.version),
        "APIVersion": .string(server.apiVersion), "ApiVersion": .string(server.apiVersion),
        "MinAPIVersion": .string(server.minApiVersion), "GitCommit": .string(server.gitCommit),
        "SwiftVersion": .string(server.swiftVersion), "Os": .string(server.os), "Arch": .string(server.architecture),
        "KernelVersion": .string(server.kernelVersion), "BuildTime": .string(server.buildTime),
      ],
    ]
  }
}
