import Core
import Errors
import Glibc
import Linux

/// A directory for what is on its way in, and the lease that holds it and all that comes of it: gone with the work,
/// or, where the process dies, with the next start.
struct LeasedStaging: Sendable {
  let lease: String
  let directory: FileDescriptor

  /// Runs `body` with a fresh directory. What it made known is kept; the rest of what the lease holds goes.
  static func with<Value: Sendable>(
    _ context: EngineContext, _ collector: GarbageCollector, _ kind: String,
    _ body: @Sendable (LeasedStaging) async throws -> Value
  ) async throws -> Value {
    let lease = HexID.random()
    let path = "\(context.paths.staging)/\(kind)-\(HexID.short(lease))"
    try await collector.hold([.init(lease: lease, kind: .directory, key: path)])
    let outcome = await Result { () async throws -> Value in
      let directory = try await context.threads.run {
        try Directory.create(path, mode: 0o700)
        return try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
      }
      return try await body(LeasedStaging(lease: lease, directory: directory))
    }
    await collector.end(lease)
    return try outcome.get()
  }
}
