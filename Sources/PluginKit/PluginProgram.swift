import AsyncWire
import Errors

/// A plugin as a value: what it says of itself, and how it is set up.
public struct PluginProgram: Sendable {
  /// Sets the plugin up. It must answer within 5 seconds; what it throws is the reason that people see in
  /// `gantry plugin ls`.
  public typealias Setup = @Sendable (PluginEnvironment) async throws -> [ServiceRoutes]

  public let description: PluginDescription
  let setUp: Setup

  /// - Parameters:
  ///   - kind: "content", "snapshotter", "network" or "runtime".
  ///   - name: "local", "overlay", ...; the executable is `gantry-<kind>-<name>`.
  ///   - capabilities: free words that `gantry plugin ls` shows.
  public init(
    kind: String, name: String, version: String, capabilities: [String] = [], _ setUp: @escaping Setup
  ) {
    description = PluginDescription(kind: kind, name: name, version: version, capabilities: capabilities)
    self.setUp = setUp
  }

  /// `gantry-<kind>-<name>`.
  public var executableName: String { "gantry-\(shortName)" }

  /// `<kind>-<name>`.
  var shortName: String { "\(description.kind)-\(description.name)" }
}

extension PluginProgram {
  /// Which of several plugins in one executable a command line asks for: the one it is called by, as a link of that name
  /// does, or the one its first argument names, `<kind>-<name>`.
  ///
  /// - Parameter arguments: with the program's own path first.
  /// - Returns: the plugin, and the arguments that are left for it.
  /// - Throws: `.invalidArgument` that lists the names.
  package static func chosen(
    from programs: [PluginProgram], by arguments: [String]
  ) throws(GantryError) -> (program: PluginProgram, arguments: [String]) {
    let path = arguments.first ?? ""
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if let program = programs.first(where: { $0.executableName == name }) {
      return (program, Array(arguments.dropFirst()))
    }
    if arguments.count > 1, let program = programs.first(where: { $0.shortName == arguments[1] }) {
      return (program, Array(arguments.dropFirst(2)))
    }
    let asked = arguments.count > 1 ? "\(name) has no plugin \"\(arguments[1])\"" : "\(name) is no plugin by that name"
    throw GantryError(
      .invalidArgument,
      "\(asked); link it as gantry-<plugin>, or name one as its first argument: "
        + programs.map(\.shortName).joined(separator: ", "))
  }
}
