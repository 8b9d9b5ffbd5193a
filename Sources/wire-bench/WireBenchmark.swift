import Errors
import Glibc
import Linux
import LoopWire
import Wire

/// A `LoopServer` in a process of its own, called by a client that does nothing but write and read frames.
///
/// The client blocks in recv(2): what is measured is the server side's share, two socket wake-ups, and the kernel.
struct WireBenchmark {
  let calls: Int

  private static let echo = MethodDescriptor(service: "gantry.bench.Echo", method: "Echo")

  /// One line of JSON: the percentiles in microseconds.
  func run() throws(GantryError) -> String {
    let (near, far) = try UnixSocket.pair()
    let child = fork()
    if child < 0 { throw .system("fork") }
    if child == 0 {
      close(near.number)
      serve(far)
    }
    defer {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }
    close(far.number)
    let nanoseconds = try measure(near).sorted()
    let sum = nanoseconds.reduce(0, +)
    func microseconds(_ share: Double) -> Double {
      Double(nanoseconds[min(nanoseconds.count - 1, Int(Double(nanoseconds.count) * share))]) / 1000
    }
    return """
      {"benchmark":"wire.unary","calls":\(calls),"p50_us":\(microseconds(0.5)),"p90_us":\(microseconds(0.9)),\
      "p99_us":\(microseconds(0.99)),"mean_us":\(Double(sum / Int64(calls)) / 1000)}
      """
  }

  private func serve(_ socket: FileDescriptor) -> Never {
    do throws(GantryError) {
      let loop = try EventLoop()
      let routes = LoopRoutes(
        service: Self.echo.service,
        methods: [Self.echo.method: (Self.echo, { payload, call in call.reply(payload) })])
      let server = LoopServer(loop: loop, routes: [routes])
      server.onConnectionCountChange = { if $0 == 0 { loop.stop() } }
      try server.serve(connection: socket)
      try loop.run()
    } catch {
      complain(error)
      exit(1)
    }
    exit(0)
  }

  private func measure(_ socket: FileDescriptor) throws(GantryError) -> [Int64] {
    var envelope = RequestEnvelope()
    envelope.service = Self.echo.service
    envelope.method = Self.echo.method
    envelope.payload = Array("a container's id and little else, as most requests are".utf8)
    var payload: [UInt8] = []
    envelope.encode(to: &payload)
    var answer = [UInt8](repeating: 0, count: 4096)
    let expected = FrameHeader.size + 2 + envelope.payload.count
    var nanoseconds: [Int64] = []
    nanoseconds.reserveCapacity(calls)
    let warmUp = min(calls, 2000)
    for number in 0..<(calls + warmUp) {
      var frame: [UInt8] = []
      frame.reserveCapacity(FrameHeader.size + payload.count)
      FrameHeader(length: payload.count, stream: UInt32(number * 2 + 1), kind: .request).encode(to: &frame)
      frame += payload
      let start = MonotonicTime.now
      try socket.writeAll(frame)
      var received = 0
      while received < expected {
        let count = try answer.withUnsafeMutableBytes { (buffer) -> Result<Int, GantryError> in
          do throws(GantryError) { return .success(try socket.read(into: buffer)) } catch { return .failure(error) }
        }.get()
        if count == 0 { throw .connectionClosed }
        received += count
      }
      if number >= warmUp { nanoseconds.append(start.duration(to: .now).wholeNanoseconds) }
    }
    return nanoseconds
  }
}
