import Errors
import JSON

/// The execution domain of personality(2).
public struct PersonalitySpec: SpecCodable, Equatable {
  /// "LINUX" or "LINUX32".
  public var domain: String
  public var flags: [String]

  public init(
    domain: String,
    flags: [String] = []
  ) {
    self.domain = domain
    self.flags = flags
  }

  public init(reading reader: SpecReader) throws(GantryError) {
    domain = try reader.required("domain")
    flags = try reader.value("flags", default: [])
  }

  public var json: JSONValue {
    SpecWriter.object {
      $0.put("domain", domain)
      $0.put(nonEmpty: "flags", flags)
    }
  }
}
