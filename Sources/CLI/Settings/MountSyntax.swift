import Errors

/// The value of `--mount`: comma separated fields, "type=bind,source=/a,target=/b,readonly".
package struct MountSyntax {
  private var type = "volume"
  private var source = ""
  private var target = ""
  private var isReadOnly = false
  private var propagation: String?
  private var tmpfsOptions: [String] = []
  private var hasBindOptions = false

  /// Reads one.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package init(_ text: String) throws(GantryError) {
    guard !text.isEmpty else { throw GantryError(.invalidArgument, "EOF") }
    for field in try CommaSeparated.fields(text) { try take(field) }
    guard !type.isEmpty else { throw GantryError(.invalidArgument, "type is required") }
    guard !target.isEmpty else { throw GantryError(.invalidArgument, "target is required") }
    if hasBindOptions, type != "bind" {
      throw GantryError(.invalidArgument, "cannot mix 'bind-*' options with mount type '\(type)'")
    }
    if !tmpfsOptions.isEmpty, type != "tmpfs" {
      throw GantryError(.invalidArgument, "cannot mix 'tmpfs-*' options with mount type '\(type)'")
    }
  }

  private mutating func take(_ field: String) throws(GantryError) {
    let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let key = parts[0].lowercased()
    let value = parts.count == 2 ? parts[1] : ""
    if parts.count == 1, !["readonly", "ro", "bind-nonrecursive", "volume-nocopy"].contains(key) {
      throw GantryError(.invalidArgument, "invalid field '\(field)' must be a key=value pair")
    }
    func isOn() throws(GantryError) -> Bool {
      guard parts.count == 2 else { return true }
      guard let on = try? GoSyntax.bool(value) else {
        throw GantryError(.invalidArgument, "invalid value for \(key): \(value)")
      }
      return on
    }
    switch key {
    case "type": type = value.lowercased()
    case "source", "src": source = value
    case "target", "dst", "destination": target = value
    case "readonly", "ro": isReadOnly = try isOn()
    case "consistency": break
    case "bind-propagation":
      propagation = value.lowercased()
      hasBindOptions = true
    case "bind-nonrecursive", "bind-recursive": hasBindOptions = true
    case "tmpfs-size":
      guard let size = try? ByteCount.parse(value) else {
        throw GantryError(.invalidArgument, "invalid value for \(key): \(value)")
      }
      tmpfsOptions.append("size=\(size)")
    case "tmpfs-mode":
      guard let mode = UInt32(value, radix: 8) else {
        throw GantryError(.invalidArgument, "invalid value for \(key): \(value)")
      }
      tmpfsOptions.append("mode=\(String(mode, radix: 8))")
    default: throw GantryError(.invalidArgument, "unexpected key '\(key)' in '\(field)'")
    }
  }

  /// The mount, once the engine's own checks are made too.
  ///
  /// - Throws: `.invalidArgument` in the words of Docker's engine; `.unimplemented` for volumes by name.
  package func setting() throws(GantryError) -> MountSetting {
    func invalid(_ reason: String) -> GantryError {
      GantryError(.invalidArgument, "invalid mount config for type \"\(type)\": \(reason)")
    }
    guard ["bind", "tmpfs", "volume"].contains(type) else {
      throw GantryError(.invalidArgument, "invalid mount config for type \"\(type)\": mount type unknown: \"\(type)\"")
    }
    guard target.hasPrefix("/") else { throw invalid("invalid mount path: '\(target)' mount path must be absolute") }
    switch type {
    case "bind":
      guard !source.isEmpty else { throw invalid("field Source must not be empty") }
      guard source.hasPrefix("/") else {
        throw invalid("invalid mount path: '\(source)' mount path must be absolute")
      }
      let options = (isReadOnly ? ["ro"] : []) + (propagation.map { [$0] } ?? [])
      return .bind(source: source, target: target, options: options)
    case "tmpfs":
      guard source.isEmpty else { throw invalid("field Source must not be specified") }
      return .tmpfs(target: target, options: ((isReadOnly ? ["ro"] : []) + tmpfsOptions).joined(separator: ","))
    default:
      guard source.isEmpty else {
        throw GantryError(
          .unimplemented,
          "volume '\(source)': volumes by name are not supported yet, leave the source out or use type=bind")
      }
      guard !isReadOnly else { throw invalid("must not set ReadOnly mode when using anonymous volumes") }
      return .volume(target: target)
    }
  }
}
