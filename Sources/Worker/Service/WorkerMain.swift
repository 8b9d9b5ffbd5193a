import Errors
import Glibc
import Linux
import LoopWire
import Messages
import Wire

/// The life of a worker: look at the request, confine, answer it, end.
public enum WorkerMain {
  /// The connection to the supervisor.
  private static let socketNumber: Int32 = 3

  /// Runs the worker on descriptor 3 and ends the process.
  ///
  /// Everything until the loop runs happens on the process's only thread: namespaces and privileges are a thread's, and
  /// those that come later inherit them.
  public static func run() -> Never {
    signal(SIGPIPE, SIG_IGN)
    let socket = FileDescriptor(adopting: socketNumber)
    do throws(GantryError) {
      try socket.setCloseOnExec()
      guard let request = try PeekedRequest(on: socket) else { _exit(0) }
      let job = Result { () throws(GantryError) in
        do throws(GantryError) {
          return try confine(to: request)
        } catch {
          throw error.wrapped("the worker cannot confine itself")
        }
      }
      let loop = try EventLoop()
      let service = WorkerService(job, loop: loop)
      let server = LoopServer(loop: loop, routes: [service.routes])
      // A job that nobody waits for any more ends with the process, in whatever state it is.
      server.onConnectionCountChange = { if $0 == 0 { _exit(0) } }
      try server.serve(connection: socket)
      try loop.run()
      _exit(0)
    } catch {
      writeError("gantry-worker: \(error.message)\n")
      _exit(1)
    }
  }

  private static func writeError(_ text: String) {
    try? FileDescriptor(adopting: 2).writeAll(Array(text.utf8))
  }

  private static func confine(to request: PeekedRequest) throws(GantryError) -> WorkerService.Job {
    switch request.method {
    case GantryWorkerV1.WorkerMethods.readArchive.method:
      guard request.descriptors.count == 2 else {
        throw GantryError(.invalidArgument, "the archive and the staging directory must come with the request")
      }
      try Confinement.enter(staging: request.descriptors[1])
      return .readArchive
    case GantryWorkerV1.WorkerMethods.applyLayer.method:
      let layer = try GantryWorkerV1.ApplyLayerRequest(serialized: request.payload)
      guard request.descriptors.count == 1, !layer.mounts.isEmpty else {
        throw GantryError(.invalidArgument, "the layer's blob and the snapshot's mounts must come with the request")
      }
      try Confinement.enter(mounts: layer.mounts)
      return .applyLayer
    default: throw GantryError(.unimplemented, "method \(request.method)")
    }
  }
}
