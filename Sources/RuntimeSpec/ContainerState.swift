import Errors
import JSON

/// What hooks read on standard input and `state` prints: the specification's State.
public struct ContainerState: SpecCodable, Equatable {
  public var ociVersion: String
  public var id: String
  /// "creating", "created", "running" or "stopped".
  public var status: String
  /// 0 where there is no process.
  public var pid: Int32
  public var bundle: String
  public var annotations: [String: String]

  public init(
    ociVersion: String = Specification.version,
    id: String,
    status: String,
    pid: Int32 = 0,
    bundle: String,
    annotations: [String: String] = [:]
  ) {
    self.ociVersion = ociVersion
    self.id = id
    self.status = status
    self.pid = pid
    self.bundle = bundle
    self.annotations = annotations
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    ociVersion = try reader.value("ociVersion", default: Specification.version)
    id = try reader.required("id")
    status = try reader.required("status")
    pid = try reader.value("pid", default: 0)
    bundle = try reader.required("bundle")
    annotations = try reader.value("annotations", default: [:])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("ociVersion", ociVersion)
      $0.put("id", id)
      $0.put("status", status)
      if pid != 0 { $0.put("pid", pid) }
      $0.put("bundle", bundle)
      $0.put(nonEmpty: "annotations", annotations)
    }
  }
}
