import Errors
import JSON

/// A program run at a moment of a container's life.
public struct Hook: SpecCodable, Equatable {
  /// Absolute path.
  public var path: String
  /// With the program's name first.
  public var args: [String]
  public var env: [String]
  /// Seconds.
  public var timeout: Int64?

  public init(
    path: String,
    args: [String] = [],
    env: [String] = [],
    timeout: Int64? = nil
  ) {
    self.path = path
    self.args = args
    self.env = env
    self.timeout = timeout
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    path = try reader.required("path")
    args = try reader.value("args", default: [])
    env = try reader.value("env", default: [])
    timeout = try reader.optional("timeout")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("path", path)
      $0.put(nonEmpty: "args", args)
      $0.put(nonEmpty: "env", env)
      $0.put("timeout", timeout)
    }
  }
}
