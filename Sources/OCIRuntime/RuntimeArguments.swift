import Errors

/// A command line of an OCI runtime: global options, a command, its options, its operands.
package struct RuntimeArguments: Sendable, Equatable {
  /// Options with a value, by name without dashes.
  package private(set) var values: [String: [String]] = [:]
  package private(set) var flags: Set<String> = []
  package private(set) var command = ""
  package private(set) var operands: [String] = []

  /// What takes a value, of all commands together: no name means two things.
  private static let valued: Set<String> = [
    "root", "log", "log-format", "criu", "rootless", "bundle", "b", "pid-file", "console-socket", "preserve-fds",
    "process", "p", "cwd", "env", "e", "user", "u", "additional-gids", "g", "format", "f", "resources", "r", "memory",
    "memory-reservation", "memory-swap", "cpu-period", "cpu-quota", "cpu-share", "cpuset-cpus", "cpuset-mems",
    "pids-limit", "blkio-weight", "apparmor", "cap", "c", "process-label", "cgroup",
  ]

  private static let switches: Set<String> = [
    "debug", "systemd-cgroup", "no-pivot", "no-new-keyring", "force", "all", "a", "detach", "d", "tty", "t", "quiet",
    "q", "no-new-privs", "help", "h", "version", "v", "keep", "rootless",
  ]

  /// Commands after whose first operand nothing is an option of ours any more.
  private static let passing: Set<String> = ["exec"]

  /// - Throws: `.invalidArgument` naming an option that is unknown or lacks its value.
  package init(_ arguments: [String]) throws(GantryError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        return
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        if command.isEmpty { command = argument } else { operands.append(argument) }
        if Self.passing.contains(command), !operands.isEmpty {
          operands += rest
          return
        }
        continue
      }
      try take(argument, &rest)
    }
  }

  private mutating func take(_ argument: String, _ rest: inout ArraySlice<String>) throws(GantryError) {
    let pair = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(pair.first ?? "")
    if pair.count == 2 {
      guard Self.valued.contains(name) || Self.switches.contains(name) else { throw Self.unknown(argument) }
      if Self.switches.contains(name), !Self.valued.contains(name) {
        if pair[1] != "false" { flags.insert(name) }
      } else {
        values[name, default: []].append(String(pair[1]))
      }
    } else if Self.valued.contains(name) {
      guard let value = rest.popFirst() else {
        throw GantryError(.invalidArgument, "option \(argument) lacks its value; write \(argument) VALUE")
      }
      values[name, default: []].append(value)
    } else if Self.switches.contains(name) {
      flags.insert(name)
    } else {
      throw Self.unknown(argument)
    }
  }

  private static func unknown(_ argument: String) -> GantryError {
    GantryError(.invalidArgument, "option \(argument) is unknown; see gantry-runtime --help")
  }

  package func value(_ names: String...) -> String? {
    for name in names { if let value = values[name]?.last { return value } }
    return nil
  }

  package func has(_ names: String...) -> Bool { names.contains(where: flags.contains) }

  /// The single container id that most commands take.
  ///
  /// - Throws: `.invalidArgument` where there is none, or one that could not be a directory's name.
  package func containerID() throws(GantryError) -> String {
    guard let id = operands.first else {
      throw GantryError(.invalidArgument, "\(command) needs a container id; write: gantry-runtime \(command) ID")
    }
    let allowed = id.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_+-.".utf8.contains(byte)
    }
    guard allowed, !id.isEmpty, id != ".", id != "..", id.utf8.count <= 1024 else {
      throw GantryError(.invalidArgument, "container id \"\(id)\" is not valid; use letters, digits, and _ + - .")
    }
    return id
  }
}
