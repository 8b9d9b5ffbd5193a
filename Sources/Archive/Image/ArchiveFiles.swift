import Errors
import Glibc
import ImageSpec
import Linux

/// The files of an archive of images, staged, by their paths in it.
struct ArchiveFiles {
  private var files: [String: Staging.File] = [:]
  /// Old archives of `docker save` name one layer several times by links.
  private var links: [String: String] = [:]
  /// Whether it has something that only a root file system has.
  var looksLikeRootFileSystem = false

  private static let maximumCount = 100_000

  subscript(path: String) -> Staging.File? {
    var path = path
    for _ in 0..<8 {
      if let file = files[path] { return file }
      guard let target = links[path] else { return nil }
      path = target
    }
    return nil
  }

  var hasMarks: Bool {
    files.keys.contains { $0 == "oci-layout" || $0 == "index.json" || $0 == "manifest.json" || $0.hasPrefix("blobs/") }
  }

  /// What the manifest.json of a `docker save` archive says; nothing where there is none. An archive that is something else
  /// as well may have a file of that name for itself.
  func savedManifests(_ staging: Staging) -> [DockerSaveManifest] {
    let name = "manifest.json"
    guard let file = self[name], let bytes = try? staging.read(file, name: name) else { return [] }
    return (try? DockerSaveManifest.parse(bytes, name: name)) ?? []
  }

  mutating func add(_ path: String, _ file: Staging.File) throws(GantryError) {
    guard files.count < Self.maximumCount else {
      throw GantryError(.invalidArgument, "it has more than \(Self.maximumCount) files; no archive of images has")
    }
    links[path] = nil
    files[path] = file
  }

  mutating func addLink(_ path: String, to target: String, isSymbolic: Bool) {
    var parts = isSymbolic ? path.split(separator: "/").dropLast().map(String.init) : []
    for part in target.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
    }
    files[path] = nil
    links[path] = parts.joined(separator: "/")
  }

  /// Where in an archive of images a path can lie; everything else is a root file system's.
  enum Place {
    case file
    case directory
    case elsewhere
  }

  static func place(_ path: String) -> Place {
    let parts = path.split(separator: "/")
    switch parts.count {
    case 0: return .directory
    case 1 where parts[0] == "blobs" || isDigits(parts[0]): return .directory
    // A file at the top: a config or a layer may be called anything there.
    case 1: return .file
    case 2 where parts[0] == "blobs": return .directory
    // A layer's directory may be called anything, too.
    case 2 where ["VERSION", "json", "layer.tar"].contains(parts[1]): return .file
    case 3 where parts[0] == "blobs": return .file
    default: return .elsewhere
    }
  }

  private static func isDigits(_ name: Substring) -> Bool {
    name.utf8.count == 64 && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
