import Errors
import JSON

/// Programs run at the moments of a container's life.
public struct Hooks: SpecCodable, Equatable {
  /// Deprecated in the specification; run before `createRuntime`.
  public var prestart: [Hook]
  /// Run on the host, namespaces made, root not yet changed.
  public var createRuntime: [Hook]
  /// Run in the container's namespaces, root not yet changed.
  public var createContainer: [Hook]
  /// Run in the container, before its command.
  public var startContainer: [Hook]
  /// Run on the host once the command runs.
  public var poststart: [Hook]
  /// Run on the host once the container is deleted.
  public var poststop: [Hook]

  public init(
    prestart: [Hook] = [],
    createRuntime: [Hook] = [],
    createContainer: [Hook] = [],
    startContainer: [Hook] = [],
    poststart: [Hook] = [],
    poststop: [Hook] = []
  ) {
    self.prestart = prestart
    self.createRuntime = createRuntime
    self.createContainer = createContainer
    self.startContainer = startContainer
    self.poststart = poststart
    self.poststop = poststop
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    prestart = try reader.value("prestart", default: [])
    createRuntime = try reader.value("createRuntime", default: [])
    createContainer = try reader.value("createContainer", default: [])
    startContainer = try reader.value("startContainer", default: [])
    poststart = try reader.value("poststart", default: [])
    poststop = try reader.value("poststop", default: [])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put(nonEmpty: "prestart", prestart)
      $0.put(nonEmpty: "createRuntime", createRuntime)
      $0.put(nonEmpty: "createContainer", createContainer)
      $0.put(nonEmpty: "startContainer", startContainer)
      $0.put(nonEmpty: "poststart", poststart)
      $0.put(nonEmpty: "poststop", poststop)
    }
  }
}
