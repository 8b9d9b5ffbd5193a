import Errors
import Glibc
import Launcher
import Linux

/// Makes the streams of a process before it is launched.
///
/// Without a terminal, the fifos of containerd's client and files go to the process itself: not a byte is copied,
/// and its output goes on though the shim be killed. Both ends of an output fifo are held by the process, so that it
/// meets no SIGPIPE when the client goes, and the read end by the shim too, so that what it wrote is kept.
struct StreamConnector {
  let context: IOContext
  let id: String
  let hasTerminal: Bool
  /// Where files of slow readers lie when there is no log.
  let bundle: FileDescriptor
  /// Owner of pipes: `io_uid` and `io_gid` of runc's options.
  var owner: (uid: uid_t, gid: gid_t) = (0, 0)

  func connect(_ plan: StreamPlan) throws(GantryError) -> ProcessIO {
    var parts = ProcessIO.Parts()
    parts.hasTerminal = hasTerminal
    switch plan {
    case .client(let input, let output, let error):
      if hasTerminal {
        try connectTerminal(&parts, input, output)
      } else {
        try connectClient(&parts, input, output, error)
      }
    case .kept(let log, let openInput, let inputOnce, let input):
      parts.spillDirectory = log?.directory ?? bundle
      if let log {
        parts.outputSinks = [LogSink(writer: log, stream: .stdout)]
        parts.errorSinks = [LogSink(writer: log, stream: .stderr)]
      }
      if !hasTerminal { try connectPipes(&parts, openInput: openInput, inputOnce: inputOnce, input) }
    }
    return ProcessIO(context: context, parts: parts)
  }

  private func connectPipes(
    _ parts: inout ProcessIO.Parts, openInput: Bool, inputOnce: Bool, _ brought: FileDescriptor?
  ) throws(GantryError) {
    let input: FileDescriptor
    if let brought {
      input = brought
    } else if openInput {
      let (readEnd, writeEnd) = try FileDescriptor.pipe()
      input = readEnd
      parts.input = writeEnd
      parts.inputOnce = inputOnce
    } else {
      input = try Self.null()
    }
    let (outputSource, output) = try outputPipe()
    let (errorSource, error) = try outputPipe()
    parts.outputSource = outputSource
    parts.errorSource = errorSource
    parts.streams = .descriptors(input: input, output: output, error: error)
  }

  /// The process's end is open both ways, so that it can outlive ours.
  private func outputPipe() throws(GantryError) -> (source: FileDescriptor, processEnd: FileDescriptor) {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    try chown(writeEnd)
    return (readEnd, try FileDescriptor.open("/proc/self/fd/\(writeEnd.number)", O_RDWR))
  }

  private func connectClient(
    _ parts: inout ProcessIO.Parts, _ input: String, _ output: String, _ error: String
  ) throws(GantryError) {
    let inputEnd: FileDescriptor
    if input.isEmpty {
      inputEnd = try Self.null()
    } else {
      // The write end is held until CloseIO: a client that detaches does not end the input.
      let reader = try FileDescriptor.open(input, O_RDONLY | O_NONBLOCK)
      parts.input = try FileDescriptor.open(input, O_WRONLY | O_NONBLOCK)
      try reader.setNonBlocking(false)
      try chown(reader)
      inputEnd = reader
    }
    let outputEnd: FileDescriptor
    var errorEnd: FileDescriptor?
    switch try StreamTarget(parsing: output) {
    case .none: outputEnd = try Self.null()
    case .fifo(let path):
      outputEnd = try fifoEnd(path, &parts)
    case .file(let path):
      outputEnd = try Self.logFile(path)
      errorEnd = outputEnd
    case .program(let path, let arguments):
      let (outputSource, outputPipe) = try FileDescriptor.pipe()
      let (errorSource, errorPipe) = try FileDescriptor.pipe()
      try chown(outputPipe)
      try chown(errorPipe)
      parts.logger = try LoggerProcess(
        path: path, arguments: arguments, id: id, context: context, output: outputSource, error: errorSource)
      outputEnd = outputPipe
      errorEnd = errorPipe
    }
    if errorEnd == nil {
      switch try StreamTarget(parsing: error) {
      case .fifo(let path): errorEnd = try fifoEnd(path, &parts)
      case .file(let path): errorEnd = try Self.logFile(path)
      case .none, .program: errorEnd = try Self.null()
      }
    }
    let errorOutput: FileDescriptor
    if let errorEnd { errorOutput = errorEnd } else { errorOutput = try Self.null() }
    parts.streams = .descriptors(input: inputEnd, output: outputEnd, error: errorOutput)
  }

  private func fifoEnd(_ path: String, _ parts: inout ProcessIO.Parts) throws(GantryError) -> FileDescriptor {
    parts.holds.append(try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK))
    let end = try FileDescriptor.open(path, O_RDWR)
    try chown(end)
    return end
  }

  private func connectTerminal(
    _ parts: inout ProcessIO.Parts, _ input: String, _ output: String
  ) throws(GantryError) {
    if !input.isEmpty {
      let reader = try FileDescriptor.open(input, O_RDONLY | O_NONBLOCK)
      parts.clientInput = (reader, try FileDescriptor.open(input, O_WRONLY | O_NONBLOCK))
    }
    switch try StreamTarget(parsing: output) {
    case .none: break
    case .fifo(let path):
      let hold = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
      let writer = try FileDescriptor.open(path, O_WRONLY | O_NONBLOCK)
      parts.outputSinks = [try PipeSink(loop: context.loop, output: writer, hold: hold)]
    case .file(let path): parts.outputSinks = [FileSink(file: try Self.logFile(path))]
    case .program(let path, let arguments):
      let (source, pipe) = try FileDescriptor.pipe()
      parts.logger = try LoggerProcess(
        path: path, arguments: arguments, id: id, context: context, output: source, error: try Self.null())
      parts.outputSinks = [try PipeSink(loop: context.loop, output: pipe, hold: nil)]
    }
  }

  private func chown(_ descriptor: FileDescriptor) throws(GantryError) {
    guard owner != (0, 0) else { return }
    try retryingOnInterrupt("fchown") { fchown(descriptor.number, owner.uid, owner.gid) }
  }

  private static func logFile(_ path: String) throws(GantryError) -> FileDescriptor {
    try Directory.create(above: path, mode: 0o755)
    return try FileDescriptor.open(path, O_WRONLY | O_APPEND | O_CREAT, mode: 0o644)
  }

  private static func null() throws(GantryError) -> FileDescriptor {
    try FileDescriptor.open("/dev/null", O_RDWR)
  }
}
