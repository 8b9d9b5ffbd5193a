import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import Wire

/// The life of a worker: look at the request, confine, answer it, end.
public enum WorkerMain {
  /// The connection to the supervisor.
  private static let socketNumber: Int32 = 3

  /// Runs the worker on descriptor 3 and ends the process.
  public static func run() async -> Never {
    signal(SIGPIPE, SIG_IGN)
    let socket = FileDescriptor(adopting: socketNumber)
    let service: WorkerService
    do throws(GantryError) {
      _ = fcntlCloseOnExec(socket)
      guard let request = try PeekedRequest(on: socket) else { _exit(0) }
      service = WorkerService(try confine(to: request))
    } catch {
      service = WorkerService(error.wrapped("the worker cannot confine itself"))
    }
    let server = Server(routes: [service.routes])
    await server.serve(connection: socket)
    // A job that nobody waits for any more ends here, in whatever state it is.
    _exit(0)
  }

  private static func fcntlCloseOnExec(_ socket: FileDescriptor) -> Bool {
    ioctl(socket.number, UInt(FIOCLEX)) == 0
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
