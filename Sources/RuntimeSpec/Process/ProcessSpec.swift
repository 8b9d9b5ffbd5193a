import Errors
import JSON

/// A process of a container: `process` of the specification.
public struct ProcessSpec: SpecCodable, Equatable {
  public var terminal: Bool
  public var consoleSize: ConsoleSize?
  public var user: UserSpec
  /// Command and arguments.
  public var args: [String]
  /// Windows only; kept.
  public var commandLine: String
  /// `NAME=value` each.
  public var env: [String]
  /// Absolute path of the working directory.
  public var cwd: String
  /// nil is none at all.
  public var capabilities: CapabilitySets?
  public var rlimits: [ResourceLimit]
  public var noNewPrivileges: Bool
  public var apparmorProfile: String
  public var oomScoreAdj: Int32?
  public var selinuxLabel: String

  public init(
    terminal: Bool = false,
    consoleSize: ConsoleSize? = nil,
    user: UserSpec = UserSpec(),
    args: [String] = [],
    commandLine: String = "",
    env: [String] = [],
    cwd: String = "/",
    capabilities: CapabilitySets? = nil,
    rlimits: [ResourceLimit] = [],
    noNewPrivileges: Bool = false,
    apparmorProfile: String = "",
    oomScoreAdj: Int32? = nil,
    selinuxLabel: String = ""
  ) {
    self.terminal = terminal
    self.consoleSize = consoleSize
    self.user = user
    self.args = args
    self.commandLine = commandLine
    self.env = env
    self.cwd = cwd
    self.capabilities = capabilities
    self.rlimits = rlimits
    self.noNewPrivileges = noNewPrivileges
    self.apparmorProfile = apparmorProfile
    self.oomScoreAdj = oomScoreAdj
    self.selinuxLabel = selinuxLabel
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    terminal = try reader.value("terminal", default: false)
    consoleSize = try reader.optional("consoleSize")
    user = try reader.value("user", default: UserSpec())
    args = try reader.value("args", default: [])
    commandLine = try reader.value("commandLine", default: "")
    env = try reader.value("env", default: [])
    cwd = try reader.value("cwd", default: "/")
    capabilities = try reader.optional("capabilities")
    rlimits = try reader.value("rlimits", default: [])
    noNewPrivileges = try reader.value("noNewPrivileges", default: false)
    apparmorProfile = try reader.value("apparmorProfile", default: "")
    oomScoreAdj = try reader.optional("oomScoreAdj")
    selinuxLabel = try reader.value("selinuxLabel", default: "")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put(set: "terminal", terminal)
      $0.put("consoleSize", consoleSize)
      $0.put("user", user)
      $0.put(nonEmpty: "args", args)
      $0.put(nonEmpty: "commandLine", commandLine)
      $0.put(nonEmpty: "env", env)
      $0.put("cwd", cwd)
      $0.put("capabilities", capabilities)
      $0.put(nonEmpty: "rlimits", rlimits)
      $0.put(set: "noNewPrivileges", noNewPrivileges)
      $0.put(nonEmpty: "apparmorProfile", apparmorProfile)
      $0.put("oomScoreAdj", oomScoreAdj)
      $0.put(nonEmpty: "selinuxLabel", selinuxLabel)
    }
  }
}
