import JSON
import Messages

/// Where a container's or an image's files are: Docker's "GraphDriver".
package struct StorageDetails: Sendable, Equatable {
  package var driver: String
  package var lowerDirectories: String
  package var upperDirectory: String
  package var workDirectory: String

  /// - Parameters:
  ///   - driver: name of the snapshotter.
  ///   - mounts: as the snapshotter answered them; none where it did not.
  package init(driver: String, mounts: [ContainerdTypes.Mount]) {
    self.driver = driver
    var options: [Substring: String] = [:]
    for option in mounts.last?.options ?? [] {
      guard let equals = option.firstIndex(of: "=") else { continue }
      options[option[..<equals]] = String(option[option.index(after: equals)...])
    }
    lowerDirectories = options["lowerdir"] ?? ""
    upperDirectory = options["upperdir"] ?? (mounts.last?.type == "bind" ? mounts.last?.source ?? "" : "")
    workDirectory = options["workdir"] ?? ""
  }

  package var json: JSONValue {
    var data = JSONObject()
    if !lowerDirectories.isEmpty { data["LowerDir"] = .string(lowerDirectories) }
    if !upperDirectory.isEmpty { data["UpperDir"] = .string(upperDirectory) }
    if !workDirectory.isEmpty { data["WorkDir"] = .string(workDirectory) }
    return ["Data": data.isEmpty ? .null : .object(data), "Name": .string(driver)]
  }
}
