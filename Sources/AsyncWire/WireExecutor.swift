import Errors

/// Runs tasks on the thread that waits for the process's connections: from a message to what is done about it, and on to
/// the next message, there is no thread to be woken.
///
/// A task that names it must not block and not compute for long: no message of any connection is read meanwhile. What it
/// starts within its own scope (`async let`, groups) runs there too; a task that is started to live on its own names it anew.
public enum WireExecutor {
  /// nil, which stands for Swift's own pool, where input and output cannot be set up: whoever needs them is told why.
  public static var shared: (any TaskExecutor)? { try? Reactor.shared() }

  /// Has the calling thread be the one, for good, and runs `body` on it.
  ///
  /// - Throws: `GantryError` where input and output cannot be set up.
  public static func run(_ body: @escaping @Sendable () async -> Void) throws(GantryError) -> Never {
    try Reactor.take { reactor in _ = Task(executorPreference: reactor) { await body() } }
  }
}
