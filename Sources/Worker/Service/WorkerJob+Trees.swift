import Archive
import Errors
import Glibc
import ImageSpec
import Linux
import Messages

extension WorkerJob {
  func exportTree() throws(GantryError) {
    let message = try GantryWorkerV1.ExportTreeRequest(serialized: request.payload)
    let output = try soleDescriptor("where to write the tree")
    let view = try MountView(message.mounts)
    try confine { () throws(GantryError) in try Confinement.enter(trees: [("tree", view)]) }
    let report = Reporter(connection, request.stream)
    let size = try Archive.exportTree(Self.tree("tree"), to: output) { current in
      report.send {
        GantryWorkerV1.WriteTreeEvent(event: .progress($0))
      } of: {
        .init(subject: "Exporting", current: current)
      }
    }
    try connection.send(GantryWorkerV1.WriteTreeEvent(event: .result(.init(size: size))), on: request.stream)
  }

  func compareTrees() throws(GantryError) {
    let message = try GantryWorkerV1.CompareTreesRequest(serialized: request.payload)
    let comparison = try comparison(lower: message.lower, upper: message.upper, ignored: message.ignored).comparison
    let changes = try comparison.changes()
    // Messages are 4 MiB at most, and a path 4 KiB.
    for start in stride(from: 0, to: changes.count, by: 500) {
      let page = changes[start..<min(start + 500, changes.count)].map { GantryWorkerV1.Change($0) }
      try connection.send(GantryWorkerV1.CompareTreesResponse(changes: page), on: request.stream)
    }
  }

  func writeLayer() throws(GantryError) {
    let message = try GantryWorkerV1.WriteLayerRequest(serialized: request.payload)
    let output = try soleDescriptor("where to write the layer")
    let compression = try LayerCompression(worker: message.compression)
    let (comparison, upper) = try comparison(lower: message.lower, upper: message.upper, ignored: message.ignored)
    let report = Reporter(connection, request.stream)
    let (layer, size) = try Archive.writeLayer(comparison, upper: upper, to: output, compression) { done, total in
      report.send {
        GantryWorkerV1.WriteTreeEvent(event: .progress($0))
      } of: {
        .init(subject: "Writing the layer", current: done, total: total)
      }
    }
    try send(layer, compression, size: size)
  }

  func compress() throws(GantryError) {
    let message = try GantryWorkerV1.CompressRequest(serialized: request.payload)
    guard request.descriptors.count == 2 else {
      throw GantryError(.invalidArgument, "the layer's blob and where it goes must come with the request")
    }
    let compression = try LayerCompression(worker: message.compression)
    try confine { () throws(GantryError) in try Confinement.enterEmpty() }
    let report = Reporter(connection, request.stream)
    let (source, target) = (request.descriptors[0], request.descriptors[1])
    let total = try source.size()
    let layer = try compressLayer(source, to: target, compression) { current in
      report.send {
        GantryWorkerV1.WriteTreeEvent(event: .progress($0))
      } of: {
        .init(subject: "Compressing", current: current, total: total)
      }
    }
    try send(layer, compression, size: layer.plainSize)
  }

  private func send(_ layer: WrittenLayer, _ compression: LayerCompression, size: Int64) throws(GantryError) {
    let blob = GantryWorkerV1.Blob(
      mediaType: MediaType.layer(compression).rawValue, digest: layer.digest.description, size: layer.size)
    try connection.send(
      GantryWorkerV1.WriteTreeEvent(
        event: .result(.init(blob: blob, diffId: layer.diffID.description, size: size))), on: request.stream)
  }

  private func soleDescriptor(_ what: String) throws(GantryError) -> FileDescriptor {
    guard let descriptor = request.descriptors.first, request.descriptors.count == 1 else {
      throw GantryError(.invalidArgument, "a descriptor of \(what) must come with the request")
    }
    return descriptor
  }

  /// Confines the process to the trees and sets their comparison up; nothing is read yet.
  private func comparison(
    lower: [ContainerdTypes.Mount], upper: [ContainerdTypes.Mount], ignored: [String]
  ) throws(GantryError) -> (comparison: TreeComparison, upper: FileDescriptor) {
    let merged = try MountView(upper)
    var trees = [("merged", merged)]
    if !lower.isEmpty { trees.append(("lower", try MountView(lower))) }
    let difference = lower.isEmpty ? nil : merged.upperDirectory
    if let difference { trees.append(("upper", try MountView(upperDirectory: difference))) }
    try confine { () throws(GantryError) in try Confinement.enter(trees: trees) }
    let below = try lower.isEmpty ? nil : Self.tree("lower")
    let whole = try Self.tree("merged")
    guard difference != nil else {
      return (try TreeComparison(lower: below, upper: whole, merged: nil, ignoring: ignored), whole)
    }
    let top = try Self.tree("upper")
    return (try TreeComparison(lower: below, upper: top, merged: whole, ignoring: ignored), top)
  }

  private static func tree(_ name: String) throws(GantryError) -> FileDescriptor {
    try FileDescriptor.open("/\(name)", O_RDONLY | O_DIRECTORY)
  }
}

extension LayerCompression {
  /// The compression that a request names.
  ///
  /// - Throws: `.invalidArgument` that lists those there are.
  init(worker name: String) throws(GantryError) {
    switch name {
    case "", "gzip": self = .gzip
    case "zstd": self = .zstd
    case "none": self = .uncompressed
    default:
      throw GantryError(.invalidArgument, "compression \"\(name)\" is not known; known are gzip, zstd and none")
    }
  }
}

extension GantryWorkerV1.Change {
  init(_ change: TreeChange) {
    let kind: GantryWorkerV1.ChangeKind =
      switch change.kind {
      case .modified: .modified
      case .added: .added
      case .deleted: .deleted
      }
    self.init(kind: kind, path: "/\(change.path)")
  }
}
