import Digests
import Messages

/// What is known of one blob.
struct BlobInfo: Sendable, Equatable {
  var digest: Digest
  /// In bytes.
  var size: Int64
  var createdAt: GoogleProtobuf.Timestamp
  var updatedAt: GoogleProtobuf.Timestamp
  var labels: [String: String]

  /// As the service says it.
  var message: ContainerdServicesContentV1.Info {
    .init(digest: digest.description, size: size, createdAt: createdAt, updatedAt: updatedAt, labels: labels)
  }

  /// What a filter may ask for.
  func field(_ path: [String]) -> String? {
    switch path.first {
    case "digest" where path.count == 1: digest.description
    case "size" where path.count == 1: String(size)
    case "labels" where path.count > 1: labels[path.dropFirst().joined(separator: ".")]
    default: nil
    }
  }
}
