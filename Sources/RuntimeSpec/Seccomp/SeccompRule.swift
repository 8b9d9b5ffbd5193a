import Errors
import JSON

/// What happens to some system calls.
public struct SeccompRule: SpecCodable, Equatable {
  public var names: [String]
  /// "SCMP_ACT_ALLOW" and so on.
  public var action: String
  public var errnoRet: UInt32?
  /// All must hold.
  public var args: [SeccompArgument]

  public init(
    names: [String] = [],
    action: String,
    errnoRet: UInt32? = nil,
    args: [SeccompArgument] = []
  ) {
    self.names = names
    self.action = action
    self.errnoRet = errnoRet
    self.args = args
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    names = try reader.value("names", default: [])
    action = try reader.required("action")
    errnoRet = try reader.optional("errnoRet")
    args = try reader.value("args", default: [])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("names", names)
      $0.put("action", action)
      $0.put("errnoRet", errnoRet)
      $0.put(nonEmpty: "args", args)
    }
  }
}
