import Foundation
import Testing

/// A supervisor of its own in a scratch directory, started and stopped as a person would.
final class TestEngine {
  let scratch: String
  private let tree: String
  private(set) var supervisor: Command?
  private let before: MachineState
  private let flags: [String]

  /// Runs `body` with an engine that has the image `busybox`, and checks that it leaves nothing behind.
  ///
  /// - Parameter diskSize: puts the engine's root on a disk of its own of that size, as mount(8) takes it.
  static func use(flags: [String] = [], diskSize: String? = nil, _ body: (TestEngine) throws -> Void) throws {
    let engine = try TestEngine(flags: flags)
    do {
      if let diskSize { try engine.mountDisk(diskSize) }
      try engine.start()
      try engine.expect("image", "import", TestImage.busybox())
      try body(engine)
    } catch {
      let log = engine.log.split(separator: "\n").suffix(40).joined(separator: "\n")
      engine.tearDown()
      throw TestFailure("\(error)\n-- supervisor:\n\(log)")
    }
    engine.tearDown()
    engine.expectNothingLeft()
  }

  init(flags: [String] = []) throws {
    guard let tree = Privilege.tree else { throw TestFailure("GANTRY_OUT names no built tree") }
    guard getuid() == 0 else { throw TestFailure("the end-to-end tests run real containers and need root") }
    self.tree = tree
    self.flags = flags
    scratch = "/tmp/gantry-test-\(UUID().uuidString.prefix(8).lowercased())"
    try FileManager.default.createDirectory(atPath: "\(scratch)/run", withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(scratch)/daemon.json"))
    before = MachineState.now()
  }

  private var hasDisk = false

  private func mountDisk(_ size: String) throws {
    let root = "\(scratch)/root"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let result = try Command.run(["mount", "-t", "tmpfs", "-o", "size=\(size)", "gantry-test", root])
    guard result.status == 0 else { throw TestFailure("\(result)") }
    hasDisk = true
  }

  /// Gives the disk another size.
  func resizeDisk(_ size: String) throws {
    let result = try Command.run(["mount", "-o", "remount,size=\(size)", "\(scratch)/root"])
    guard result.status == 0 else { throw TestFailure("\(result)") }
  }

  /// Takes all the space there is on the disk.
  func fillDisk() throws {
    _ = try Command.run(["dd", "if=/dev/zero", "of=\(scratch)/root/filler", "bs=1k"])
  }

  func emptyDisk() throws { try FileManager.default.removeItem(atPath: "\(scratch)/root/filler") }

  var socket: String { "\(scratch)/run/gantry.sock" }
  var log: String { (try? String(contentsOfFile: "\(scratch)/gantryd.log", encoding: .utf8)) ?? "" }

  /// The command that starts this engine's supervisor.
  func supervisorCommand(_ more: [String] = []) -> [String] {
    [
      "\(tree)/bin/gantryd", "--root", "\(scratch)/root", "--run", "\(scratch)/run", "--socket", socket,
      "--config", "\(scratch)/daemon.json",
    ] + flags + more
  }

  /// Starts the supervisor and waits until it answers.
  func start(environment: [String: String] = [:]) throws {
    let line = supervisorCommand().map { "'\($0)'" }.joined(separator: " ")
    supervisor = try Command(["sh", "-c", "exec \(line) 2>>'\(scratch)/gantryd.log'"], environment: environment)
    try eventually("the supervisor answers") {
      if supervisor?.isRunning != true { throw TestFailure("the supervisor ended:\n\(log)") }
      return try gantry("version").status == 0
    }
  }

  /// Ends the supervisor in order.
  func stop() throws {
    guard let supervisor else { return }
    supervisor.signal(SIGTERM)
    _ = try supervisor.finish(within: 20)
    self.supervisor = nil
  }

  /// Ends the supervisor with SIGKILL, in mid-whatever.
  func killSupervisor() throws {
    guard let supervisor else { return }
    supervisor.signal(SIGKILL)
    _ = try supervisor.finish(within: 20)
    self.supervisor = nil
  }

  // MARK: The command line

  var environment: [String: String] { ["GANTRY_HOST": "unix://\(socket)"] }
  var program: String { "\(tree)/bin/gantry" }
  func libexec(_ name: String) -> String { "\(tree)/libexec/gantry/\(name)" }

  /// Runs one `gantry` command, whatever comes of it.
  @discardableResult
  func gantry(_ arguments: String..., input: [UInt8]? = nil, within seconds: Double = 60) throws -> CommandResult {
    try Command.run([program] + arguments, environment: environment, input: input, within: seconds)
  }

  /// Runs one `gantry` command that must succeed.
  @discardableResult
  func expect(_ arguments: String..., input: [UInt8]? = nil, location: SourceLocation = #_sourceLocation) throws
    -> CommandResult
  {
    let result = try Command.run([program] + arguments, environment: environment, input: input)
    if result.status != 0 { throw TestFailure("at \(location): \(result)") }
    return result
  }

  /// Starts one `gantry` command and leaves it running.
  func begin(_ arguments: String..., keepInput: Bool = false) throws -> Command {
    try Command([program] + arguments, environment: environment, keepInput: keepInput)
  }

  // MARK: Afterwards

  /// Removes every container and the supervisor; says nothing.
  func tearDown() {
    if supervisor == nil || supervisor?.isRunning == false { try? start() }
    if let ids = try? gantry("ps", "-aq").lines, !ids.isEmpty {
      _ = try? Command.run([program, "rm", "-f"] + ids, environment: environment)
    }
    try? stop()
    supervisor?.signal(SIGKILL)
    if hasDisk { _ = try? Command.run(["umount", "-l", "\(scratch)/root"]) }
    try? FileManager.default.removeItem(atPath: scratch)
  }

  private func expectNothingLeft() {
    let before = self.before
    let scratch = self.scratch
    try? eventually("nothing is left", within: 5) { MachineState.now().added(since: before, scratch: scratch).isEmpty }
    #expect(MachineState.now().added(since: before, scratch: scratch) == [])
  }
}
