import Errors
import JSON

/// What is Linux's own: `linux` of the specification.
public struct LinuxSpec: SpecCodable, Equatable {
  public var uidMappings: [IDMapping]
  public var gidMappings: [IDMapping]
  /// Such as "net.ipv4.ip_forward".
  public var sysctl: [String: String]
  public var resources: Resources?
  public var cgroupsPath: String
  public var namespaces: [NamespaceSpec]
  public var devices: [DeviceSpec]
  public var seccomp: SeccompSpec?
  /// "", "private", "slave", "shared", "unbindable" and these with "r" in front.
  public var rootfsPropagation: String
  public var maskedPaths: [String]
  public var readonlyPaths: [String]
  public var mountLabel: String
  public var intelRdt: IntelRdtSpec?
  public var personality: PersonalitySpec?

  public init(
    uidMappings: [IDMapping] = [],
    gidMappings: [IDMapping] = [],
    sysctl: [String: String] = [:],
    resources: Resources? = nil,
    cgroupsPath: String = "",
    namespaces: [NamespaceSpec] = [],
    devices: [DeviceSpec] = [],
    seccomp: SeccompSpec? = nil,
    rootfsPropagation: String = "",
    maskedPaths: [String] = [],
    readonlyPaths: [String] = [],
    mountLabel: String = "",
    intelRdt: IntelRdtSpec? = nil,
    personality: PersonalitySpec? = nil
  ) {
    self.uidMappings = uidMappings
    self.gidMappings = gidMappings
    self.sysctl = sysctl
    self.resources = resources
    self.cgroupsPath = cgroupsPath
    self.namespaces = namespaces
    self.devices = devices
    self.seccomp = seccomp
    self.rootfsPropagation = rootfsPropagation
    self.maskedPaths = maskedPaths
    self.readonlyPaths = readonlyPaths
    self.mountLabel = mountLabel
    self.intelRdt = intelRdt
    self.personality = personality
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    uidMappings = try reader.value("uidMappings", default: [])
    gidMappings = try reader.value("gidMappings", default: [])
    sysctl = try reader.value("sysctl", default: [:])
    resources = try reader.optional("resources")
    cgroupsPath = try reader.value("cgroupsPath", default: "")
    namespaces = try reader.value("namespaces", default: [])
    devices = try reader.value("devices", default: [])
    seccomp = try reader.optional("seccomp")
    rootfsPropagation = try reader.value("rootfsPropagation", default: "")
    maskedPaths = try reader.value("maskedPaths", default: [])
    readonlyPaths = try reader.value("readonlyPaths", default: [])
    mountLabel = try reader.value("mountLabel", default: "")
    intelRdt = try reader.optional("intelRdt")
    personality = try reader.optional("personality")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put(nonEmpty: "uidMappings", uidMappings)
      $0.put(nonEmpty: "gidMappings", gidMappings)
      $0.put(nonEmpty: "sysctl", sysctl)
      $0.put("resources", resources)
      $0.put(nonEmpty: "cgroupsPath", cgroupsPath)
      $0.put(nonEmpty: "namespaces", namespaces)
      $0.put(nonEmpty: "devices", devices)
      $0.put("seccomp", seccomp)
      $0.put(nonEmpty: "rootfsPropagation", rootfsPropagation)
      $0.put(nonEmpty: "maskedPaths", maskedPaths)
      $0.put(nonEmpty: "readonlyPaths", readonlyPaths)
      $0.put(nonEmpty: "mountLabel", mountLabel)
      $0.put("intelRdt", intelRdt)
      $0.put("personality", personality)
    }
  }
}
