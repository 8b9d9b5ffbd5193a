import JSON
import Messages

/// Where a container's or an image's files are: Docker's "GraphDriver".
package struct StorageDetails: Sendable, Equatable {
  package var driver: String
  package var lowerDirectories: String
  package var upperDirectory: String
  package var workDirectory: String
  package var mergedDirectory = ""

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

  /// - Parameter layers: mounts of a view of an image's layers: of an overlay the topmost directory is the image's.
  package init(driver: String, layers: [ContainerdTypes.Mount]) {
    self.init(driver: driver, mounts: layers)
    var directories = lowerDirectories.split(separator: ":").map(String.init)
    if !directories.isEmpty { upperDirectory = directories.removeFirst() }
    lowerDirectories = directories.joined(separator: ":")
    guard layers.last?.type == "overlay" || upperDirectory.hasSuffix("/fs") else { return }
    let place = upperDirectory.dropLast(upperDirectory.hasSuffix("/fs") ? 3 : 0)
    mergedDirectory = "\(place)/merged"
    workDirectory = "\(place)/work"
  }

  /// Where an overlay keeps what was written; nil for everything else.
  package var upperOfOverlay: String? { lowerDirectories.isEmpty || upperDirectory.isEmpty ? nil : upperDirectory }

  package var json: JSONValue {
    var data = JSONObject()
    if !lowerDirectories.isEmpty { data["LowerDir"] = .string(lowerDirectories) }
    if !mergedDirectory.isEmpty { data["MergedDir"] = .string(mergedDirectory) }
    if !upperDirectory.isEmpty { data["UpperDir"] = .string(upperDirectory) }
    if !workDirectory.isEmpty { data["WorkDir"] = .string(workDirectory) }
    return ["Data": data.isEmpty ? .null : .object(data), "Name": .string(driver)]
  }
}
