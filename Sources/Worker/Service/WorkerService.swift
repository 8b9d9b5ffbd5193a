import Archive
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import LoopWire
import Messages
import Threads
import Wire

/// Does the one job that the process has been confined to, on a thread of its own, and answers from the loop's.
///
/// It stands on the loop and not on the async driver: Dispatch, which that one runs on, looks into /proc for its
/// threads, and a confined process has no /proc.
final class WorkerService {
  enum Job: Sendable {
    case readArchive
    case applyLayer
  }

  private let loop: EventLoop
  private let job: Result<Job, GantryError>
  private var running: RunningJob?

  /// - Parameter job: what the process is confined to, or why it could not be.
  init(_ job: Result<Job, GantryError>, loop: EventLoop) {
    self.job = job
    self.loop = loop
  }

  var routes: LoopRoutes {
    let read = GantryWorkerV1.WorkerMethods.readArchive
    let apply = GantryWorkerV1.WorkerMethods.applyLayer
    return LoopRoutes(
      service: read.service,
      methods: [
        read.method: (read, { [unowned self] payload, call in start(.readArchive, payload, call) }),
        apply.method: (apply, { [unowned self] payload, call in start(.applyLayer, payload, call) }),
      ])
  }

  private func start(_ wanted: Job, _ payload: [UInt8], _ call: LoopRawCall) {
    do throws(GantryError) {
      guard try job.get() == wanted, running == nil else {
        throw GantryError(.failedPrecondition, "a worker does one job: start another one for this")
      }
      let descriptors = call.context.descriptors
      let running = try RunningJob(
        sending: { event throws(GantryError) in try call.send(event) },
        ending: { outcome in
          switch outcome {
          case .success: call.finish()
          case .failure(let error): call.fail(error)
          }
        })
      self.running = running
      try running.watch(on: loop)
      let body: @Sendable (RunningJob.Reporter) throws -> [UInt8] =
        switch wanted {
        case .readArchive: { try Self.readArchive(.init(serialized: payload), descriptors, $0) }
        case .applyLayer: { try Self.applyLayer(.init(serialized: payload), descriptors, $0) }
        }
      try running.start(body)
    } catch {
      call.fail(error)
    }
  }

  private static func readArchive(
    _ request: GantryWorkerV1.ReadArchiveRequest, _ descriptors: [FileDescriptor], _ reporter: RunningJob.Reporter
  ) throws -> [UInt8] {
    guard descriptors.count == 2 else {
      throw GantryError(.invalidArgument, "the archive and the staging directory must come with the request")
    }
    let (archive, staging) = (descriptors[0], descriptors[1])
    try enterRoot(staging)
    let platform = request.platform.isEmpty ? nil : try Platform(parsing: request.platform)
    let name = request.name.isEmpty ? "the archive" : request.name
    let report = reporter.report { current, total in
      let progress = GantryWorkerV1.Progress(subject: "Reading \(name)", current: current, total: total)
      return GantryWorkerV1.ReadArchiveEvent(event: .progress(progress)).serialized()
    }
    let result = try ImageArchiveReader(name: name, platform: platform, staging: staging, progress: report)
      .read(archive)
    return GantryWorkerV1.ReadArchiveEvent(event: .result(.init(result))).serialized()
  }

  private static func applyLayer(
    _ request: GantryWorkerV1.ApplyLayerRequest, _ descriptors: [FileDescriptor], _ reporter: RunningJob.Reporter
  ) throws -> [UInt8] {
    guard let blob = descriptors.first else {
      throw GantryError(.invalidArgument, "the layer's blob must come with the request")
    }
    let name = request.layer?.digest ?? ""
    let diffID = request.diffId.isEmpty ? nil : try Digest(parsing: request.diffId)
    let report = reporter.report { current, total in
      let progress = GantryWorkerV1.Progress(subject: "Unpacking \(name)", current: current, total: total)
      return GantryWorkerV1.ApplyLayerEvent(event: .progress(progress)).serialized()
    }
    let total = try blob.size()
    let root = try FileDescriptor.open("/", O_RDONLY | O_DIRECTORY)
    let applied = try Archive.applyLayer(from: blob, name: name, onto: root, expecting: diffID) { report($0, total) }
    let result = GantryWorkerV1.ApplyLayerResult(diffId: applied.diffID.description, size: applied.size)
    return GantryWorkerV1.ApplyLayerEvent(event: .result(result)).serialized()
  }

  /// Puts the confined root in the place of the directory that came with the request. That one leads, by `..`, to
  /// all of the host; this one does not.
  private static func enterRoot(_ directory: FileDescriptor) throws(GantryError) {
    let root = try FileDescriptor.open("/", O_RDONLY | O_DIRECTORY)
    var (mine, theirs) = (stat(), stat())
    try retryingOnInterrupt("fstat") { fstat(root.number, &mine) }
    try retryingOnInterrupt("fstat") { fstat(directory.number, &theirs) }
    guard mine.st_dev == theirs.st_dev, mine.st_ino == theirs.st_ino else {
      throw GantryError(.internal, "the worker's root is not the staging directory of this request")
    }
    try retryingOnInterrupt("dup2") { dup2(root.number, directory.number) }
  }
}
