import CLinux
import Errors
import Glibc
import Launcher
import Linux
import LoopWire

/// The standard streams of one process, from its making to its deletion.
final class ProcessIO {
  /// What the launcher connects the process to. Let go once it has been launched, so that the end of the process
  /// is the end of its streams.
  private(set) var streams: ProcessStreams

  let context: IOContext
  let hasTerminal: Bool
  /// Our end of standard input, while it is to stay open.
  private(set) var input: FileDescriptor?
  private let inputOnce: Bool
  /// Of standard output, or the terminal, and of standard error.
  private var pumps: [OutputPump?] = [nil, nil]
  private var outputSource: FileDescriptor?
  private var errorSource: FileDescriptor?
  private var sinks: [[any OutputSink]]
  private var clientInput: (descriptor: FileDescriptor, hold: FileDescriptor?)?
  private var clientInputSource: TerminalInputSource?
  private var terminal: FileDescriptor?
  private var terminalInput: TerminalInput?
  /// Read ends of client fifos: they keep what is written until somebody reads it.
  private var holds: [FileDescriptor]
  private let logger: LoggerProcess?
  private let spillDirectory: FileDescriptor?

  /// The parts that `StreamConnector` has made.
  struct Parts {
    var streams: ProcessStreams = .terminal
    /// Whether the process has a terminal; one that was taken over without its streams has lost it.
    var hasTerminal = false
    var input: FileDescriptor?
    var inputOnce = false
    var outputSource: FileDescriptor?
    var errorSource: FileDescriptor?
    var outputSinks: [any OutputSink] = []
    var errorSinks: [any OutputSink] = []
    var clientInput: (descriptor: FileDescriptor, hold: FileDescriptor?)?
    var holds: [FileDescriptor] = []
    var logger: LoggerProcess?
    var spillDirectory: FileDescriptor?
  }

  init(context: IOContext, parts: Parts) {
    self.context = context
    streams = parts.streams
    input = parts.input
    inputOnce = parts.inputOnce
    outputSource = parts.outputSource
    errorSource = parts.errorSource
    sinks = [parts.outputSinks, parts.errorSinks]
    clientInput = parts.clientInput
    holds = parts.holds
    logger = parts.logger
    spillDirectory = parts.spillDirectory
    hasTerminal = parts.hasTerminal
  }

  /// The pipes that are the process's input, output and error; 0 where there is none.
  private(set) var pipeInodes: [Int64] = [0, 0, 0]

  /// The process exists: its ends are its own now, and its output is taken from here on.
  ///
  /// - Parameter terminal: the master of its terminal, where it has one.
  func launched(terminal: FileDescriptor?) throws(GantryError) {
    if case .descriptors(let input, let output, let error) = streams {
      // What its only writer has brought is no business of ours any more.
      pipeInodes = [self.input == nil ? 0 : Self.pipeInode(input), Self.pipeInode(output), Self.pipeInode(error)]
    }
    streams = .terminal
    self.terminal = terminal
    if let terminal {
      let input = try TerminalInput(loop: context.loop, master: terminal)
      terminalInput = input
      if let clientInput {
        clientInputSource = try input.connect(clientInput.descriptor, hold: clientInput.hold)
        self.clientInput = nil
      }
      outputSource = terminal
    }
    try preparePumps()
  }

  private static func pipeInode(_ descriptor: FileDescriptor) -> Int64 {
    var status = stat()
    guard fstat(descriptor.number, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return 0 }
    return Int64(status.st_ino)
  }

  /// Takes output from here on; readers can join then. Without a terminal this can be before the process exists.
  func preparePumps() throws(GantryError) {
    for (place, source) in [outputSource, errorSource].enumerated() {
      guard let source else { continue }
      pumps[place] = try OutputPump(loop: context.loop, buffer: context.buffer, source: source, sinks: sinks[place])
    }
    (outputSource, errorSource, sinks) = (nil, nil, [[], []])
  }

  /// What must outlive this shim, should it be killed; kinds as `gantry.shim.v1.Keep` names them.
  var lifelines: [(kind: String, descriptor: FileDescriptor)] {
    if let terminal { return [("terminal", terminal)] }
    // Input that ends with its first writer must not be held open by anybody else.
    let ends = [("stdin", inputOnce ? nil : input), ("stdout", pumps[0]?.source), ("stderr", pumps[1]?.source)]
    return ends.compactMap { kind, descriptor in descriptor.map { (kind, $0) } }
  }

  /// Lets someone use the streams from now on.
  ///
  /// - Parameter inputIsTaken: whether the process reads from the end that was brought for its input.
  /// - Returns: where to write standard input, where the process reads from a pipe of its own.
  /// - Throws: `.failedPrecondition` where input is wanted and not open, or there is no terminal yet.
  func join(_ streams: JoinedStreams, inputIsTaken: Bool = false) throws(GantryError) -> FileDescriptor? {
    if let socket = streams.socket {
      try joinTerminal(socket, input: streams.wantsInput, output: streams.wantsOutput)
      return nil
    }
    let input = streams.wantsInput && !inputIsTaken ? try ownInput() : nil
    for (pump, end) in zip(pumps, streams.outputs) {
      guard let pump, let end else { continue }
      pump.add(try reader(for: end))
    }
    return input
  }

  private func ownInput() throws(GantryError) -> FileDescriptor {
    guard let input else {
      throw GantryError(
        .failedPrecondition, "standard input of the process is not open; create the container with it kept open")
    }
    // A description of its own, so that its flags are the caller's alone.
    let end = try FileDescriptor.open("/proc/self/fd/\(input.number)", O_WRONLY)
    if inputOnce { self.input = nil }
    return end
  }

  private func joinTerminal(
    _ socket: FileDescriptor, input wantsInput: Bool, output wantsOutput: Bool
  ) throws(GantryError) {
    // One that was lost with its shim has ended: so has what is read from it.
    guard hasTerminal else { return }
    guard let pump = pumps[0] else {
      throw GantryError(.failedPrecondition, "the process has no terminal yet; create it first")
    }
    if wantsInput, !pump.hasEnded {
      try terminalInput?.connect(try socket.duplicate())
    }
    let reader = try reader(for: socket)
    reader.discards = !wantsOutput
    pump.add(reader)
  }

  private func reader(for output: FileDescriptor) throws(GantryError) -> AttachedReader {
    let reader = try AttachedReader(
      loop: context.loop, output: output, spillDirectory: spillDirectory)
    context.keep(reader)
    return reader
  }

  /// No more input will come from our side: the process reads the end of it once all attached writers are gone.
  func closeInput() {
    input = nil
    clientInput?.hold = nil
    clientInputSource?.releaseHold()
  }

  /// - Throws: `GantryError` from ioctl(2).
  func resize(columns: UInt32, rows: UInt32) throws(GantryError) {
    guard let terminal else { return }
    try retryingOnInterrupt("ioctl", "terminal size") {
      gantry_set_window_size(terminal.number, UInt16(clamping: columns), UInt16(clamping: rows))
    }
  }

  /// Takes the output that is there already, without waiting for more.
  func takeRemainingOutput() {
    for case let pump? in pumps where !pump.hasEnded { pump.finish() }
  }

  /// Whether all output has reached the fifos of containerd's client.
  var isDrained: Bool {
    pumps.allSatisfy { pump in pump?.sinks.allSatisfy { $0 is AttachedReader || $0.isDrained } ?? true }
  }

  /// Lets go of everything; what attached readers have not read yet is still theirs.
  func close() {
    streams = .terminal
    for case let pump? in pumps {
      pump.finish()
      for case let sink as PipeSink in pump.sinks { sink.abandon() }
    }
    pumps = [nil, nil]
    sinks = [[], []]
    terminalInput?.close()
    terminalInput = nil
    clientInputSource = nil
    clientInput = nil
    terminal = nil
    input = nil
    holds = []
    logger?.stop()
  }
}
