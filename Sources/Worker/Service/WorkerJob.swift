import Archive
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import Messages
import Wire

/// The one job of a worker: confines the process to it, then does it.
struct WorkerJob {
  let connection: WorkerConnection
  let request: IncomingRequest

  init(_ connection: WorkerConnection, _ request: IncomingRequest) {
    self.connection = connection
    self.request = request
  }

  /// Does the job and sends its events.
  ///
  /// - Throws: what is wrong with the request, the confinement or the stranger's bytes.
  func run() throws(GantryError) {
    switch request.method {
    case GantryWorkerV1.WorkerMethods.readArchive: try readArchive()
    case GantryWorkerV1.TreesMethods.export: try exportTree()
    case GantryWorkerV1.TreesMethods.compare: try compareTrees()
    case GantryWorkerV1.TreesMethods.writeLayer: try writeLayer()
    case GantryWorkerV1.TreesMethods.compress: try compress()
    case GantryWorkerV1.DocumentsMethods.compose: try composeImage()
    case GantryWorkerV1.DocumentsMethods.describe: try describeImage()
    default: try applyLayer()
    }
  }

  private func readArchive() throws(GantryError) {
    let message = try GantryWorkerV1.ReadArchiveRequest(serialized: request.payload)
    guard request.descriptors.count == 2 else {
      throw GantryError(.invalidArgument, "the archive and the staging directory must come with the request")
    }
    let (archive, staging) = (request.descriptors[0], request.descriptors[1])
    let platform = try message.platform.isEmpty ? nil : Platform(parsing: message.platform)
    let name = message.name.isEmpty ? "the archive" : message.name
    try confine { () throws(GantryError) in
      try Confinement.enter(staging: staging)
      let root = try Self.root()
      // By `..` the directory leads to all of the host; the root that takes its number does not.
      try retryingOnInterrupt("dup2") { dup2(root.number, staging.number) }
    }
    let report = Reporter(connection, request.stream)
    let kind: ImageArchiveReader.Kind? =
      switch message.kind {
      case .imageArchive: .images
      case .rootFileSystemArchive: .rootFileSystem
      default: nil
      }
    let reader = ImageArchiveReader(name: name, platform: platform, kind: kind, staging: staging) { current, total in
      report.send {
        GantryWorkerV1.ReadArchiveEvent(event: .progress($0))
      } of: {
        .init(subject: "Reading \(name)", current: current, total: total)
      }
    }
    let result = try reader.read(archive)
    try connection.send(GantryWorkerV1.ReadArchiveEvent(event: .result(.init(result))), on: request.stream)
  }

  private func applyLayer() throws(GantryError) {
    let message = try GantryWorkerV1.ApplyLayerRequest(serialized: request.payload)
    guard let blob = request.descriptors.first, request.descriptors.count == 1, !message.mounts.isEmpty else {
      throw GantryError(.invalidArgument, "the layer's blob and the snapshot's mounts must come with the request")
    }
    let diffID = try message.diffId.isEmpty ? nil : Digest(parsing: message.diffId)
    // A pipe does not know how much will come through it.
    let name = message.layer?.digest ?? ""
    let total = if let layer = message.layer { layer.size } else { try blob.size() }
    try confine { () throws(GantryError) in try Confinement.enter(mounts: message.mounts) }
    let report = Reporter(connection, request.stream)
    let applied = try Archive.applyLayer(
      from: blob, name: name, onto: Self.root(), apart: message.apart,
      takingAbsoluteNames: !message.refuseAbsoluteNames, expecting: diffID
    ) { current in
      report.send {
        GantryWorkerV1.ApplyLayerEvent(event: .progress($0))
      } of: {
        .init(subject: "Unpacking \(name)", current: current, total: total)
      }
    }
    try connection.send(
      GantryWorkerV1.ApplyLayerEvent(
        event: .result(
          .init(
            diffId: applied.diffID.description, size: applied.size, needsParent: applied.needsParent,
            opaqueDirectories: applied.opaqueDirectories))), on: request.stream)
  }

  func confine(_ body: () throws(GantryError) -> Void) throws(GantryError) {
    do throws(GantryError) { try body() } catch { throw error.wrapped("the worker cannot confine itself") }
  }

  static func root() throws(GantryError) -> FileDescriptor {
    try FileDescriptor.open("/", O_RDONLY | O_DIRECTORY)
  }
}
