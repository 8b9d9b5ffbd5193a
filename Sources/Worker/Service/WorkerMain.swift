import Errors
import Glibc
import Linux
import Messages
import Wire

/// The life of a worker: take the request, confine, do the job, answer, end.
public enum WorkerMain {
  /// The connection to the supervisor.
  private static let socketNumber: Int32 = 3

  /// Serves descriptor 3 and returns when the supervisor is done with it. The process must have one thread.
  ///
  /// - Returns: the process's exit status.
  public static func run() -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    typealias Jobs = GantryWorkerV1.WorkerMethods
    typealias Trees = GantryWorkerV1.TreesMethods
    typealias Documents = GantryWorkerV1.DocumentsMethods
    let connection = WorkerConnection(
      FileDescriptor(adopting: socketNumber),
      methods: [
        Jobs.readArchive, Jobs.applyLayer, Trees.export, Trees.compare, Trees.writeLayer, Trees.compress,
        Documents.compose, Documents.describe,
      ])
    do throws(GantryError) {
      guard let request = try connection.nextRequest() else { return 0 }
      let job = WorkerJob(connection, request)
      let outcome = Result { () throws(GantryError) in try job.run() }
      try connection.end(request.stream, outcome)
      while let another = try connection.nextRequest() {
        let error = GantryError(.failedPrecondition, "a worker does one job: start another one for this")
        try connection.end(another.stream, .failure(error))
      }
      return 0
    } catch {
      // The supervisor has gone: nobody is left to be told.
      return 0
    }
  }
}
