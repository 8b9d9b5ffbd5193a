import Errors
import JSON
import Messages

/// What each instruction does to an image's settings, as Docker's builder does it.
enum ConfigInstructions {
  typealias Config = GantryWorkerV1.ImageConfig

  static func cmd(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    config.cmd = try command(instruction, config)
  }

  /// An entry point of one's own takes the command of the image below away.
  static func entrypoint(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    config.entrypoint = instruction.text.isEmpty ? [] : try command(instruction, config)
  }

  private static func command(_ instruction: Instruction, _ config: Config) throws(GantryError) -> [String] {
    if let list = try instruction.list() { return list }
    let shell = config.shell.isEmpty ? ["/bin/sh", "-c"] : config.shell
    return instruction.text.isEmpty ? shell : shell + [instruction.text]
  }

  static func env(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    for (name, value) in try pairs(instruction, config) {
      let variable = "\(name)=\(value)"
      // A variable keeps its place, as Docker has it.
      if let place = config.env.firstIndex(where: { $0.prefix { $0 != "=" } == name }) {
        config.env[place] = variable
      } else {
        config.env.append(variable)
      }
    }
  }

  static func label(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    for (name, value) in try pairs(instruction, config) { config.labels[name] = value }
  }

  /// `NAME=value` words, or the old form `NAME value`.
  private static func pairs(_ instruction: Instruction, _ config: Config) throws(GantryError) -> [(String, String)] {
    try instruction.requireText()
    let words = Words(config.env)
    let parts = words.split(instruction.text)
    guard let first = parts.first, first.contains("=") else {
      guard parts.count >= 2 else {
        throw GantryError(.invalidArgument, "\(instruction.title) must have two arguments")
      }
      let value = instruction.text.dropFirst(parts[0].count).trimmed
      return [(try words.expand(parts[0]), try words.expand(value))]
    }
    var pairs: [(String, String)] = []
    for part in parts {
      guard let equals = part.firstIndex(of: "=") else {
        throw GantryError(
          .invalidArgument, "Syntax error - can't find = in \"\(part)\". Must be of the form: name=value")
      }
      let name = try words.expand(String(part[..<equals]))
      guard !name.isEmpty else { throw GantryError(.invalidArgument, "\(instruction.title) names can not be blank") }
      pairs.append((name, try words.expand(String(part[part.index(after: equals)...]))))
    }
    return pairs
  }

  static func expose(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    try instruction.requireText()
    let words = Words(config.env)
    for word in words.split(instruction.text) {
      let text = try words.expand(word)
      // A variable that is not set names no port.
      if text.isEmpty { continue }
      for port in try Ports.parsed(text) where !config.exposedPorts.contains(port) {
        config.exposedPorts.append(port)
      }
    }
    config.exposedPorts.sort()
  }

  static func user(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    try instruction.requireText("exactly one")
    config.user = try Words(config.env).expand(instruction.text)
  }

  static func volume(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    try instruction.requireText()
    let words = Words(config.env)
    let paths = try instruction.list() ?? words.split(instruction.text)
    guard !paths.isEmpty else { throw instruction.lacking("at least one") }
    for path in paths {
      let volume = try words.expand(path).trimmed
      guard !volume.isEmpty else {
        throw GantryError(.invalidArgument, "VOLUME specified can not be an empty string")
      }
      if !config.volumes.contains(volume) { config.volumes.append(volume) }
    }
    config.volumes.sort()
  }

  static func workingDirectory(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    try instruction.requireText("exactly one")
    let path = try Words(config.env).expand(instruction.text)
    guard !path.isEmpty else { throw GantryError(.invalidArgument, "cannot normalize nothing: WORKDIR is empty") }
    let whole = path.hasPrefix("/") ? path : "\(config.workingDirectory)/\(path)"
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    config.workingDirectory = "/" + parts.joined(separator: "/")
  }

  static func onBuild(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    try instruction.requireText()
    let trigger = instruction.text.prefix { !$0.isWhitespace }.uppercased()
    switch trigger {
    case "ONBUILD":
      throw GantryError(.invalidArgument, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    case "MAINTAINER", "FROM":
      throw GantryError(.invalidArgument, "\(trigger) isn't allowed as an ONBUILD trigger")
    default: config.onBuild.append(instruction.text)
    }
  }

  static func stopSignal(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    try instruction.requireText("exactly one")
    config.stopSignal = try Words(config.env).expand(instruction.text)
  }

  static func healthcheck(_ instruction: Instruction, _ config: inout Config) throws(GantryError) {
    config.healthcheck = try HealthcheckText(instruction, shell: config.shell).json.serialized()
  }
}
