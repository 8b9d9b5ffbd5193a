import Messages

extension Snapshot {
  /// As the service says it.
  var info: ContainerdServicesSnapshotsV1.Info {
    let kind: ContainerdServicesSnapshotsV1.Kind =
      switch kind {
      case .view: .view
      case .active: .active
      case .committed: .committed
      }
    return .init(
      name: key, parent: parent, kind: kind, createdAt: createdAt, updatedAt: updatedAt, labels: labels)
  }

  /// What a filter may ask for.
  func field(_ path: [String]) -> String? {
    switch path.first {
    case "name" where path.count == 1: key
    case "parent" where path.count == 1: parent
    case "kind" where path.count == 1: kind.rawValue
    case "labels" where path.count > 1: labels[path.dropFirst().joined(separator: ".")]
    default: nil
    }
  }
}
