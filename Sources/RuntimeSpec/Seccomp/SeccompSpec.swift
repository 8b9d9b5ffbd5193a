import Errors
import JSON

/// A filter of system calls.
public struct SeccompSpec: SpecCodable, Equatable {
  public var defaultAction: String
  public var defaultErrnoRet: UInt32?
  /// "SCMP_ARCH_X86_64" and so on.
  public var architectures: [String]
  /// "SECCOMP_FILTER_FLAG_LOG" and so on.
  public var flags: [String]
  public var listenerPath: String
  public var listenerMetadata: String
  public var syscalls: [SeccompRule]

  public init(
    defaultAction: String,
    defaultErrnoRet: UInt32? = nil,
    architectures: [String] = [],
    flags: [String] = [],
    listenerPath: String = "",
    listenerMetadata: String = "",
    syscalls: [SeccompRule] = []
  ) {
    self.defaultAction = defaultAction
    self.defaultErrnoRet = defaultErrnoRet
    self.architectures = architectures
    self.flags = flags
    self.listenerPath = listenerPath
    self.listenerMetadata = listenerMetadata
    self.syscalls = syscalls
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    defaultAction = try reader.required("defaultAction")
    defaultErrnoRet = try reader.optional("defaultErrnoRet")
    architectures = try reader.value("architectures", default: [])
    flags = try reader.value("flags", default: [])
    listenerPath = try reader.value("listenerPath", default: "")
    listenerMetadata = try reader.value("listenerMetadata", default: "")
    syscalls = try reader.value("syscalls", default: [])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("defaultAction", defaultAction)
      $0.put("defaultErrnoRet", defaultErrnoRet)
      $0.put(nonEmpty: "architectures", architectures)
      $0.put(nonEmpty: "flags", flags)
      $0.put(nonEmpty: "listenerPath", listenerPath)
      $0.put(nonEmpty: "listenerMetadata", listenerMetadata)
      $0.put(nonEmpty: "syscalls", syscalls)
    }
  }
}
