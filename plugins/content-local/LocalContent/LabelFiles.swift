import Digests
import Errors
import Glibc
import JSON
import Linux
import Messages

/// Labels of blobs: a JSON file for each blob that has some, replaced whole. Two at once for one blob need a lock.
struct LabelFiles: Sendable {
  struct Record: Sendable, Equatable {
    var labels: [String: String]
    var updatedAt: GoogleProtobuf.Timestamp
  }

  private let directories: [DigestAlgorithm: FileDescriptor]

  init(in root: FileDescriptor) throws(GantryError) {
    let labels = try root.makeDirectory("labels")
    var directories: [DigestAlgorithm: FileDescriptor] = [:]
    for algorithm in DigestAlgorithm.allCases {
      directories[algorithm] = try labels.makeDirectory(algorithm.rawValue)
    }
    self.directories = directories
  }

  /// - Returns: nil where the blob has none.
  func read(_ digest: Digest) throws(GantryError) -> Record? {
    let bytes: [UInt8]
    do throws(GantryError) {
      guard let file = try directories[digest.algorithm]?.open(digest.hex, O_RDONLY | O_NOFOLLOW) else { return nil }
      bytes = try file.readAll(limit: 16 << 20)
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
    let json: JSONValue
    do { json = try JSONValue(parsing: bytes) } catch {
      throw GantryError(.dataLoss, "the labels of blob \(digest) cannot be read", cause: .error(error))
    }
    var labels: [String: String] = [:]
    for (name, value) in json["labels"]?.object?.members ?? [] { labels[name] = value.string }
    return Record(labels: labels, updatedAt: .init(nanosecondsSinceEpoch: json["updated"]?.integer ?? 0))
  }

  func write(_ digest: Digest, _ record: Record) throws(GantryError) {
    let labels = JSONObject(record.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    let json: JSONValue = [
      "labels": .object(labels), "updated": .integer(record.updatedAt.nanosecondsSinceEpoch),
    ]
    try directories[digest.algorithm]?.replaceFile(digest.hex, with: json.serialized())
  }

  func remove(_ digest: Digest) throws(GantryError) { try directories[digest.algorithm]?.removeTree(digest.hex) }

  /// Removes what was half written, and what belongs to no blob.
  func removeLeftovers(isKnown: (Digest) -> Bool) throws(GantryError) {
    for (algorithm, directory) in directories {
      for name in try directory.directoryEntries() {
        if let digest = try? Digest(algorithm, hex: name), isKnown(digest) { continue }
        try directory.removeTree(name)
      }
    }
  }
}
