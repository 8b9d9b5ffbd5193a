import Errors
import JSON
import Messages

/// Instructions of a Dockerfile that change an image's settings and nothing else: what `commit --change` and
/// `import --change` take. Whoever builds images applies theirs one at a time.
public struct ConfigChanges: Sendable {
  private let instructions: [Instruction]

  /// The instructions that are known, by their names in lower case.
  static let known: [String: @Sendable (Instruction, inout GantryWorkerV1.ImageConfig) throws(GantryError) -> Void] = [
    "cmd": ConfigInstructions.cmd, "entrypoint": ConfigInstructions.entrypoint, "env": ConfigInstructions.env,
    "expose": ConfigInstructions.expose, "healthcheck": ConfigInstructions.healthcheck,
    "label": ConfigInstructions.label, "onbuild": ConfigInstructions.onBuild,
    "stopsignal": ConfigInstructions.stopSignal, "user": ConfigInstructions.user,
    "volume": ConfigInstructions.volume, "workdir": ConfigInstructions.workingDirectory,
  ]

  /// - Parameter lines: as written; one may hold several instructions, a line each, and go on behind a backslash.
  /// - Throws: `.invalidArgument`, "foo is not a valid change command"; "Unknown flag: foo"; "file with no instructions" where there are only
  ///   comments.
  public init(_ lines: [String]) throws(GantryError) {
    let instructions = Instruction.all(in: lines.joined(separator: "\n"))
    guard lines.isEmpty || !instructions.isEmpty else {
      throw GantryError(.invalidArgument, "file with no instructions: a change is one like 'ENV NAME=value'")
    }
    for instruction in instructions where Self.known[instruction.name] == nil {
      throw GantryError(.invalidArgument, "\(instruction.name) is not a valid change command")
    }
    for instruction in instructions where instruction.name != "healthcheck" {
      guard let flag = instruction.flag else { continue }
      throw GantryError(.invalidArgument, "Unknown flag: \(flag)")
    }
    self.instructions = instructions
  }

  public var isEmpty: Bool { instructions.isEmpty }

  /// Whether they say what to run, be it nothing.
  public var setCommand: Bool { instructions.contains { $0.name == "cmd" } }
  public var setEntrypoint: Bool { instructions.contains { $0.name == "entrypoint" } }

  /// The settings after all instructions, in their order.
  ///
  /// - Throws: `.invalidArgument` naming the instruction that is wrong.
  public func applied(to config: GantryWorkerV1.ImageConfig) throws(GantryError) -> GantryWorkerV1.ImageConfig {
    var config = config
    for instruction in instructions { try Self.known[instruction.name]?(instruction, &config) }
    return config
  }
}
