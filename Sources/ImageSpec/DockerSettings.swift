import Errors
import JSON

/// Settings that Docker notes in the configuration of an image, and that its containers do not take over.
///
/// - SeeAlso: <https://docs.docker.com/engine/api/v1.41/#operation/ImageInspect>
public struct DockerSettings: Sendable, Equatable {
  public var attachStdin = false
  public var attachStdout = false
  public var attachStderr = false
  public var tty = false
  public var openStdin = false
  public var stdinOnce = false
  /// Seconds.
  public var stopTimeout: Int64?
  public var macAddress = ""

  public init() {}

  init(_ reader: DocumentReader) throws(GantryError) {
    attachStdin = try reader.bool("AttachStdin") ?? false
    attachStdout = try reader.bool("AttachStdout") ?? false
    attachStderr = try reader.bool("AttachStderr") ?? false
    tty = try reader.bool("Tty") ?? false
    openStdin = try reader.bool("OpenStdin") ?? false
    stdinOnce = try reader.bool("StdinOnce") ?? false
    stopTimeout = try reader.integer("StopTimeout")
    macAddress = try reader.string("MacAddress") ?? ""
  }

  func addAttachments(to object: inout JSONObject) {
    if attachStdin { object["AttachStdin"] = true }
    if attachStdout { object["AttachStdout"] = true }
    if attachStderr { object["AttachStderr"] = true }
  }

  func addTerminal(to object: inout JSONObject) {
    if tty { object["Tty"] = true }
    if openStdin { object["OpenStdin"] = true }
    if stdinOnce { object["StdinOnce"] = true }
  }
}
