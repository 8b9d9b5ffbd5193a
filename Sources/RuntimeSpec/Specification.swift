import Errors
import JSON

/// An OCI runtime configuration: all that is needed to run a container.
public struct Specification: SpecCodable, Equatable {
  /// The version of the specification that this module writes.
  public static let version = "1.0.2"

  public var ociVersion: String
  public var process: ProcessSpec?
  public var root: RootSpec?
  public var hostname: String
  public var domainname: String
  /// In the order of mounting.
  public var mounts: [MountSpec]
  public var hooks: Hooks?
  public var annotations: [String: String]
  public var linux: LinuxSpec?

  public init(
    ociVersion: String = Specification.version,
    process: ProcessSpec? = nil,
    root: RootSpec? = nil,
    hostname: String = "",
    domainname: String = "",
    mounts: [MountSpec] = [],
    hooks: Hooks? = nil,
    annotations: [String: String] = [:],
    linux: LinuxSpec? = nil
  ) {
    self.ociVersion = ociVersion
    self.process = process
    self.root = root
    self.hostname = hostname
    self.domainname = domainname
    self.mounts = mounts
    self.hooks = hooks
    self.annotations = annotations
    self.linux = linux
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    ociVersion = try reader.value("ociVersion", default: Specification.version)
    process = try reader.optional("process")
    root = try reader.optional("root")
    hostname = try reader.value("hostname", default: "")
    domainname = try reader.value("domainname", default: "")
    mounts = try reader.value("mounts", default: [])
    hooks = try reader.optional("hooks")
    annotations = try reader.value("annotations", default: [:])
    linux = try reader.optional("linux")
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("ociVersion", ociVersion)
      $0.put("process", process)
      $0.put("root", root)
      $0.put(nonEmpty: "hostname", hostname)
      $0.put(nonEmpty: "domainname", domainname)
      $0.put(nonEmpty: "mounts", mounts)
      $0.put("hooks", hooks)
      $0.put(nonEmpty: "annotations", annotations)
      $0.put("linux", linux)
    }
  }
}
