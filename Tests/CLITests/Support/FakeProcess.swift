import Errors
import Foundation
import Linux
import Messages
import Synchronization

/// A container's process, played: what it is called says what it does.
final class FakeProcess: Sendable {
  let id: String
  let args: [String]
  let isTerminal: Bool
  private struct State {
    var input: FileDescriptor?
    var output: FileDescriptor?
    var error: FileDescriptor?
    var exitCode: UInt32?
    var waiting: [CheckedContinuation<UInt32, Never>] = []
  }
  private let state = Mutex(State())

  init(id: String, args: [String], isTerminal: Bool = false) {
    self.id = id
    self.isTerminal = isTerminal
    self.args = args
  }

  /// Takes the ends that somebody brought: stdin, stdout, stderr, each only where wanted; one socket for a terminal.
  func join(_ ends: [FileDescriptor], input: Bool, output: Bool, error: Bool) {
    state.withLock { state in
      var rest = ends[...]
      if isTerminal {
        state.input = rest.first
        state.output = rest.first
        return
      }
      if input { state.input = rest.popFirst() }
      if output { state.output = rest.popFirst() }
      if error { state.error = rest.popFirst() }
    }
  }

  /// Whether somebody reads what it says.
  var isJoined: Bool { state.withLock { $0.output != nil } }

  /// Plays it.
  func start() throws {
    switch args.first {
    case "nosuch":
      throw GantryError(.notFound, "exec: \"nosuch\": executable file not found in $PATH")
    case "/etc": throw GantryError(.permissionDenied, "exec: \"/etc\": permission denied")
    case "user": throw GantryError(.invalidArgument, "unable to find user nosuch: no matching entries in passwd file")
    case "limit": throw GantryError(.failedPrecondition, "error setting rlimit type 7: operation not permitted")
    case "echo": write(args.dropFirst().joined(separator: " ") + "\n", "")
    case "both": write("out\n", "err\n")
    case "big": Thread.detachNewThread { self.writeMuch() }
    case "cat": Thread.detachNewThread { self.copyInput() }
    case "sleep", "echoing": return
    default: break
    }
    if args.first != "cat", args.first != "big" { exit(args.first == "fail" ? UInt32(args[1]) ?? 1 : 0) }
  }

  func exit(_ code: UInt32) {
    let waiting = state.withLock { state in
      state.exitCode = code
      state.input = nil
      state.output = nil
      state.error = nil
      defer { state.waiting = [] }
      return state.waiting
    }
    waiting.forEach { $0.resume(returning: code) }
  }

  func wait() async -> UInt32 {
    await withCheckedContinuation { continuation in
      let code = state.withLock { state in
        if state.exitCode == nil { state.waiting.append(continuation) }
        return state.exitCode
      }
      if let code { continuation.resume(returning: code) }
    }
  }

  /// Prints something.
  func say(_ text: String) throws { try state.withLock { $0.output }?.writeAll(Array(text.utf8)) }

  /// Waits for so many bytes of input.
  func hears(_ count: Int) throws -> [UInt8] {
    var heard: [UInt8] = []
    while heard.count < count {
      var buffer = [UInt8](repeating: 0, count: count - heard.count)
      guard let input = state.withLock({ $0.input }) else { return heard }
      let got = try buffer.withUnsafeMutableBytes { try input.read(into: $0) }
      guard got > 0 else { return heard }
      heard += buffer[..<got]
    }
    return heard
  }

  private func write(_ output: String, _ error: String) {
    let (first, second) = state.withLock { ($0.output, $0.error) }
    if !output.isEmpty { try? first?.writeAll(Array(output.utf8)) }
    if !error.isEmpty { try? second?.writeAll(Array(error.utf8)) }
  }

  private func writeMuch() {
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1023) + [10]
    for _ in 0..<1024 { try? state.withLock { $0.output }?.writeAll(line) }
    exit(0)
  }

  private func copyInput() {
    let (input, output) = state.withLock { ($0.input, $0.output) }
    if let bytes = try? input?.readAll() { try? output?.writeAll(bytes) }
    exit(0)
  }
}
