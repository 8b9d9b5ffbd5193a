import AsyncServices
import AsyncWire
import Errors
import Linux
import Messages
import Synchronization

/// Containers that are played.
struct FakeContainers: GantryEngineV1.ContainersService {
  typealias E = GantryEngineV1
  let engine: FakeEngine

  func create(_ request: E.CreateContainerRequest, context: CallContext) async throws -> E.CreateContainerResponse {
    engine.note("create")
    if request.image == "nosuch" { throw GantryError(.notFound, "No such image: nosuch:latest") }
    if request.name == "taken" {
      throw GantryError(.alreadyExists, "Conflict. The container name \"/taken\" is already in use")
    }
    return .init(id: engine.add(request), warnings: request.name == "warned" ? ["careful"] : [])
  }

  func start(_ request: E.StartContainerRequest, context: CallContext) async throws -> E.StartContainerResponse {
    engine.note("start")
    let process = try engine.process(request.container)
    process.join(
      context.descriptors, input: request.attachStdin, output: request.attachStdout, error: request.attachStderr)
    if process.args.first != "unstarted" { try process.start() }
    if process.args.last == "unanswered" { throw GantryError(.unavailable, "the engine went away") }
    return .init()
  }

  func attach(_ request: E.AttachContainerRequest, context: CallContext) async throws -> E.AttachContainerResponse {
    engine.note("attach")
    let process = try engine.process(request.container)
    process.join(context.descriptors, input: request.stdin, output: request.stdout, error: request.stderr)
    return .init(terminal: process.isTerminal)
  }

  func wait(_ request: E.WaitContainerRequest, context: CallContext) async throws -> E.WaitContainerResponse {
    engine.note("wait")
    let process = try engine.process(request.container)
    let exitCode = await process.wait()
    if process.args.first == "vanish" { throw GantryError(.notFound, "No such container: \(request.container)") }
    return .init(exitCode: exitCode)
  }

  func kill(_ request: E.KillContainerRequest, context: CallContext) async throws -> E.KillContainerResponse {
    engine.note("kill \(request.container) \(request.signal)")
    return .init()
  }

  func stop(_ request: E.StopContainerRequest, context: CallContext) async throws -> E.StopContainerResponse {
    engine.note("stop \(request.container) \(request.hasTimeout ? String(request.timeout) : "-")")
    _ = try engine.process(request.container)
    return .init()
  }

  func remove(_ request: E.RemoveContainerRequest, context: CallContext) async throws -> E.RemoveContainerResponse {
    engine.note("remove \(request.container) \(request.force)")
    _ = try engine.process(request.container)
    return .init()
  }

  func rename(_ request: E.RenameContainerRequest, context: CallContext) async throws -> E.RenameContainerResponse {
    throw GantryError(.alreadyExists, "Error when allocating new name: Conflict.")
  }

  func list(_ request: E.ListContainersRequest, context: CallContext) async throws -> E.ListContainersResponse {
    engine.note("list all=\(request.all) limit=\(request.limit) filters=\(request.filters)")
    return .init(containers: [
      .init(
        id: String(repeating: "ab", count: 32), name: "l1", image: "busybox", imageId: "sha256:00",
        command: "sh -c 'exit 7' and more than that", created: .now(), state: "exited",
        status: "Exited (7) Less than a second ago", labels: ["tier": "web"], networks: ["bridge"])
    ])
  }

  func inspect(_ request: E.InspectContainerRequest, context: CallContext) async throws -> E.InspectContainerResponse {
    let process = try engine.process(request.container)
    let text = """
      {"Id":"\(process.id)","Name":"/\(request.container)","State":{"Running":\(process.args.first != "unstarted"),"Pid":7},\
      "Config":{"Tty":false,"OpenStdin":true},"HostConfig":{"AutoRemove":false}}
      """
    return .init(json: Array(text.utf8))
  }

  func logs(_ request: E.LogsRequest, context: CallContext) async throws -> E.LogsResponse {
    guard let directory = engine.logDirectory else {
      throw GantryError(.notFound, "No such container: \(request.container)")
    }
    context.attach(directory)
    return .init(fileName: "c-json.log", running: false)
  }

  func top(_ request: E.TopRequest, context: CallContext) async throws -> E.TopResponse {
    .init(
      titles: ["PID", "COMMAND"],
      processes: [.init(columns: ["14623", "sleep \(request.psArgs.joined(separator: " "))"])])
  }

  func stats(
    _ request: E.StatsRequest, responses: OutboundStream<E.StatsResponse>, context: CallContext
  ) async throws {
    try await responses.send(
      .init(containers: [
        .init(
          id: "abcdefabcdefabcdef", name: "l1", cpuPercentTimes100: 1250, memoryUsage: 1_572_864,
          memoryLimit: 6_291_456,
          networkRx: 1000, networkTx: 0, blockRead: 0, blockWrite: 0, pids: 1),
        .init(id: "0123456789abcdef", absent: true),
      ]))
  }

  func exec(_ request: E.ExecRequest, context: CallContext) async throws -> E.ExecResponse {
    _ = try engine.process(request.container)
    let process = FakeProcess(id: "exec-\(request.args.joined(separator: "-"))", args: request.args)
    engine.addExec(process)
    process.join(
      context.descriptors, input: request.attachStdin, output: request.attachStdout, error: request.attachStderr)
    try process.start()
    return .init(execId: process.id, pid: 8)
  }

  func execWait(_ request: E.ExecWaitRequest, context: CallContext) async throws -> E.WaitContainerResponse {
    .init(exitCode: await (try engine.process(request.execId)).wait())
  }

  func resize(_ request: E.ResizeRequest, context: CallContext) async throws -> E.ResizeResponse {
    engine.note("resize \(request.width)x\(request.height)")
    return .init()
  }
  func execResize(_ request: E.ExecResizeRequest, context: CallContext) async throws -> E.ResizeResponse { .init() }
  func restart(_ request: E.RestartContainerRequest, context: CallContext) async throws -> E.RestartContainerResponse {
    .init()
  }
  func pause(_ request: E.PauseContainerRequest, context: CallContext) async throws -> E.PauseContainerResponse {
    .init()
  }
  func unpause(_ request: E.UnpauseContainerRequest, context: CallContext) async throws -> E.UnpauseContainerResponse {
    .init()
  }
}
