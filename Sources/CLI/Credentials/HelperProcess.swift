import Errors
import Glibc
import Linux

/// A program that is given some bytes, answers some, and ends.
struct HelperProcess {
  private let path: String
  private let argument: String

  init(_ path: String, _ argument: String) {
    self.path = path
    self.argument = argument
  }

  /// Runs it to its end; its standard error is the person's.
  ///
  /// - Throws: `.deadlineExceeded`; `.resourceExhausted` where it answers more than `limit` bytes; `GantryError` from the
  ///   kernel.
  func run(input: [UInt8], deadline: Duration, limit: Int) throws(GantryError) -> (output: [UInt8], status: Int32) {
    let (process, writer, outputReader) = try start()
    var pending = input[...]
    var output: [UInt8] = []
    let start = MonotonicTime.now
    do throws(GantryError) {
      try writer.setNonBlocking()
      while true {
        let left = deadline - start.duration(to: .now)
        guard left > .zero else {
          throw GantryError(.deadlineExceeded, "it did not answer within \(deadline.components.seconds) s")
        }
        if pending.isEmpty { writer.close() }
        var watched = [pollfd(fd: outputReader.number, events: Int16(POLLIN), revents: 0)]
        if let number = writer.number { watched.append(pollfd(fd: number, events: Int16(POLLOUT), revents: 0)) }
        try retryingOnInterrupt("poll") { poll(&watched, nfds_t(watched.count), 200) }
        // It need not read what it does not want.
        if watched.count > 1, watched[1].revents != 0 { pending = writer.write(pending) }
        guard watched[0].revents != 0 else { continue }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = try buffer.withUnsafeMutableBytes { room in
          Result { () throws(GantryError) in try outputReader.read(into: room) }
        }.get()
        if count == 0 { return (output, try wait(for: process)) }
        output += buffer[..<count]
        guard output.count <= limit else { throw GantryError(.resourceExhausted, "it answers more than makes sense") }
      }
    } catch {
      kill(process, SIGKILL)
      _ = try? wait(for: process)
      throw error
    }
  }

  /// What is the program's own is closed here when this returns: an end of a pipe that stays open is no end.
  private func start() throws(GantryError) -> (pid_t, input: ClosableEnd, output: FileDescriptor) {
    let (inputReader, inputWriter) = try FileDescriptor.pipe()
    let (outputReader, outputWriter) = try FileDescriptor.pipe()
    return (try spawn(input: inputReader, output: outputWriter), ClosableEnd(inputWriter), outputReader)
  }

  private func spawn(input: FileDescriptor, output: FileDescriptor) throws(GantryError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.number, 0)
    posix_spawn_file_actions_adddup2(&actions, output.number, 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // This process ignores SIGPIPE; others count on it.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var pid = pid_t()
    let words: [UnsafeMutablePointer<CChar>?] = [strdup(path), strdup(argument), nil]
    defer { for word in words { free(word) } }
    let status = posix_spawn(&pid, path, &actions, &attributes, words, environ)
    guard status == 0 else { throw .system("posix_spawn", path, errno: status) }
    return pid
  }

  private func wait(for process: pid_t) throws(GantryError) -> Int32 {
    var status: Int32 = 0
    try retryingOnInterrupt("waitpid") { waitpid(process, &status, 0) }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}

/// The end of a pipe that is closed by hand.
private final class ClosableEnd {
  private var descriptor: FileDescriptor?

  init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  var number: Int32? { descriptor?.number }

  func setNonBlocking() throws(GantryError) { try descriptor?.setNonBlocking(true) }

  /// - Returns: what is left to be written; nothing where the other end is gone.
  func write(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let count = bytes.withUnsafeBytes { (try? descriptor?.write($0)) ?? nil }
    return count.map { bytes.dropFirst($0) } ?? []
  }

  func close() { descriptor = nil }
}
