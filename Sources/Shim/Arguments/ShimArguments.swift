import Errors

/// The command line of `gantry-shim`.
///
/// containerd's (runtime v2), flags with one dash or two, `-flag value` or `-flag=value`, the action last:
///
///     gantry-shim -namespace NS -address SOCKET -publish-binary BIN -id ID [-bundle DIR] [-debug] start|delete
///     gantry-shim -v | -info
///
/// The supervisor's:
///
///     gantry-shim -namespace NS -id ID [-address SOCKET] serve|recover
///
/// with the bundle as working directory, the listening socket inherited and its number in
/// `GANTRY_SHIM_SOCKET`; events go to `TTRPC_ADDRESS` where that is set. No action is `serve`, as a shim that
/// `start` left behind has it. And
///
///     gantry-shim -namespace NS template
///
/// with a connection inherited and its number in `GANTRY_SHIM_SOCKET`.
public struct ShimArguments: Sendable, Equatable {
  public var action: ShimAction
  public var namespace: String
  public var id: String
  /// The supervisor's own socket.
  public var address: String
  public var publishBinary: String
  /// "" is the working directory.
  public var bundle: String
  public var debug: Bool

  public init(
    action: ShimAction = .serve, namespace: String = "", id: String = "", address: String = "",
    publishBinary: String = "", bundle: String = "", debug: Bool = false
  ) {
    self.action = action
    self.namespace = namespace
    self.id = id
    self.address = address
    self.publishBinary = publishBinary
    self.bundle = bundle
    self.debug = debug
  }

  /// Reads the arguments after the program's name.
  ///
  /// - Throws: `.invalidArgument` naming what is wrong.
  public init(parsing arguments: [String]) throws(GantryError) {
    self.init()
    var rest = arguments[...]
    while let argument = rest.first, argument.hasPrefix("-"), argument != "-" {
      rest = rest.dropFirst()
      if argument == "--" { break }
      let flag = argument.drop { $0 == "-" }
      let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts.first ?? "")
      let given = parts.count > 1 ? String(parts[1]) : nil
      switch name {
      case "debug": debug = try Self.truth(given, name)
      case "v", "version": if try Self.truth(given, name) { action = .version }
      case "info": if try Self.truth(given, name) { action = .information }
      default:
        guard let value = given ?? rest.popFirst() else {
          throw GantryError(.invalidArgument, "flag -\(name) needs a value")
        }
        try set(name, to: value)
      }
    }
    if let word = rest.popFirst(), action == .serve {
      guard let action = ShimAction(rawValue: word), action != .version, action != .information else {
        throw GantryError(
          .invalidArgument, "unknown action \"\(word)\": it is start, delete, serve, recover or template")
      }
      self.action = action
    }
    try check()
  }

  private mutating func set(_ flag: String, to value: String) throws(GantryError) {
    switch flag {
    case "namespace": namespace = value
    case "id": id = value
    case "address": address = value.hasPrefix("unix://") ? String(value.dropFirst(7)) : value
    case "publish-binary": publishBinary = value
    case "bundle": bundle = value
    case "socket", "debug-socket": break
    default: throw GantryError(.invalidArgument, "unknown flag -\(flag)")
    }
  }

  private func check() throws(GantryError) {
    if action == .version || action == .information { return }
    guard !namespace.isEmpty else {
      throw GantryError(.invalidArgument, "the shim's namespace is missing: pass -namespace NAME")
    }
    if action != .template { try ContainerIdentifier.check(id, what: "container id") }
    try ContainerIdentifier.check(namespace, what: "namespace")
  }

  private static func truth(_ text: String?, _ flag: String) throws(GantryError) -> Bool {
    switch text {
    case nil, "1", "t", "T", "true", "TRUE", "True": return true
    case "0", "f", "F", "false", "FALSE", "False": return false
    case let other?: throw GantryError(.invalidArgument, "flag -\(flag) is true or false, not \"\(other)\"")
    }
  }
}
