import CLinux
import Errors
import Glibc
import Linux
import LoopServices
import LoopWire
import Messages

/// Forks shims for as long as the supervisor is there that asked for it.
///
/// A new process pays for each of Swift's types that it meets for the first time, for its own loading, and for finding out
/// how the host's control groups lie: together about a third of what a shim spends on a short container. One that is forked has
/// all of it.
final class TemplateAction: GantryShimV1.TemplateLoopService {
  private let arguments: ShimArguments
  private let program = CommandLine.arguments.first ?? "gantry-shim"
  private let loop: EventLoop
  private let reaper = ChildReaper()
  private let rehearsal = Rehearsal()

  /// - Throws: `GantryError` from the kernel.
  init(arguments: ShimArguments) throws(GantryError) {
    self.arguments = arguments
    loop = try EventLoop()
  }

  /// - Throws: `.invalidArgument` where no connection was inherited, or from the kernel.
  func run() throws(GantryError) {
    _ = gantry_reserve_title()
    let connection = try InheritedSocket.take()
    ProcessEnvironment.keep("PATH")
    signal(SIGPIPE, SIG_IGN)
    let signals = try SignalSource(SIGCHLD)
    try loop.add(signals.descriptor, .readable) { [unowned self] _ in
      _ = signals.take()
      reaper.reap()
    }
    let server = LoopServer(loop: loop, routes: [routes])
    server.onConnectionCountChange = { [unowned self] count in if count == 0 { loop.stop() } }
    try server.serve(connection: connection)
    rehearsal.play()
    try loop.run()
  }

  func fork(_ request: GantryShimV1.ForkRequest, call: LoopCall<GantryShimV1.ForkResponse>) {
    let descriptors = call.context.descriptors
    guard descriptors.count == 2 else {
      return call.fail(
        GantryError(.invalidArgument, "a shim needs its socket and its log; \(descriptors.count) descriptors came"))
    }
    var shim = arguments
    shim.action = .serve
    shim.id = request.id
    shim.bundle = request.bundle
    rehearsal.repeatWhatChanged()
    let pid = gantry_fork()
    if pid == 0 { become(shim, listener: descriptors[0], log: descriptors[1]) }
    guard pid > 0 else { return call.fail(.system("fork", request.id)) }
    reaper.watch(pid) { _ in }
    call.reply(.init(pid: UInt32(pid)))
  }

  /// Nothing of the template is left open, and nothing of its loop ever runs again.
  private func become(_ shim: ShimArguments, listener: FileDescriptor, log: FileDescriptor) -> Never {
    let socket: Int32 = 3
    guard dup2(log.number, STDOUT_FILENO) >= 0, dup2(log.number, STDERR_FILENO) >= 0,
      dup2(listener.number, socket) >= 0, gantry_close_from(UInt32(socket) + 1) == 0,
      // No program that the shim starts may serve its socket.
      gantry_close_on_exec_from(UInt32(socket)) == 0, chdir(shim.bundle) == 0
    else { exit(1) }
    setenv(InheritedSocket.variable, String(socket), 1)
    gantry_set_title("\(program) -namespace \(shim.namespace) -id \(shim.id) -bundle \(shim.bundle) serve")
    exit(ShimProgram.serve(shim, layout: rehearsal.layout))
  }
}
