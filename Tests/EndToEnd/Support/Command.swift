import Foundation

/// A program started as a person would start it, with a deadline.
///
/// Unchecked: Foundation's `Process` may be waited for on one thread and signalled from another, and the collected
/// output is read only after its reading blocks have ended.
final class Command: @unchecked Sendable {
  private let process = Process()
  private let input: Pipe?
  private let output: Pipe
  private let error: Pipe
  /// Foundation's descriptors reach whatever is started meanwhile: two commands begun at once would wait for each other.
  private static let starting = NSLock()
  private let collected = DispatchGroup()
  private var outputBytes = Data()
  private var errorBytes = Data()
  private let text: String

  /// Starts `arguments[0]`, looked up in PATH.
  ///
  /// - Parameter keepInput: whether standard input stays open until `closeInput`; else it is empty.
  init(_ arguments: [String], environment: [String: String] = [:], keepInput: Bool = false) throws {
    text = arguments.joined(separator: " ")
    Self.starting.lock()
    defer { Self.starting.unlock() }
    (output, error) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    input = keepInput ? Pipe() : nil
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = error
    // Threads of the test runner block signals, which a person's shell does not.
    var (none, blocked) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &blocked)
    defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    try process.run()
    // Threads of their own: the shared queue has few, and what blocks them all would wait for itself.
    collected.enter()
    Thread.detachNewThread { [self] in
      outputBytes = output.fileHandleForReading.readDataToEndOfFile()
      // Foundation keeps ended processes for long, and with a thousand descriptors it cannot start another.
      try? output.fileHandleForReading.close()
      collected.leave()
    }
    collected.enter()
    Thread.detachNewThread { [self] in
      errorBytes = error.fileHandleForReading.readDataToEndOfFile()
      try? error.fileHandleForReading.close()
      collected.leave()
    }
  }

  /// The process; /usr/bin/env has become the command.
  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// Writes to the command's input; one that has ended is an error, and does not end the tests by SIGPIPE.
  func write(_ bytes: some Sequence<UInt8>) throws {
    var (broken, before) = (sigset_t(), sigset_t())
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &broken, &before)
    defer {
      // Taken away while it is blocked: unblocking would deliver it.
      var now = timespec()
      while sigtimedwait(&broken, nil, &now) > 0 {}
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    try input?.fileHandleForWriting.write(contentsOf: Data(bytes))
  }

  func closeInput() throws { try input?.fileHandleForWriting.close() }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end; past the deadline the process is killed and the wait fails.
  func finish(within seconds: Double = 60) throws -> CommandResult {
    let deadline = Date().addingTimeInterval(seconds)
    while process.isRunning {
      guard Date() < deadline else {
        kill(process.processIdentifier, SIGKILL)
        throw TestFailure("\(text) did not end within \(seconds) seconds")
      }
      poll(nil, 0, 2)
    }
    guard collected.wait(timeout: .now() + max(5, deadline.timeIntervalSinceNow)) == .success else {
      throw TestFailure("\(text) ended, but somebody keeps its output open")
    }
    let signalled = process.terminationReason == .uncaughtSignal
    return CommandResult(
      command: text, status: signalled ? 128 + process.terminationStatus : process.terminationStatus,
      outputBytes: Array(outputBytes), errorBytes: Array(errorBytes))
  }

  /// Starts a command, gives it its input, and waits for the end.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8]? = nil, within seconds: Double = 60
  ) throws -> CommandResult {
    let command = try Command(arguments, environment: environment, keepInput: input != nil)
    if let input {
      Thread.detachNewThread {
        // A command that does not want its input is no failure of the test.
        try? command.write(input)
        try? command.closeInput()
      }
    }
    return try command.finish(within: seconds)
  }
}
