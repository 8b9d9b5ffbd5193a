import Core
import Engine
import Errors
import Glibc
import Version

/// Ends with a sentence on standard error.
@Sendable func fail(_ error: any Error) -> Never {
  Log.standardError("gantryd: \((error as? GantryError)?.message ?? "\(error)")\n")
  exit(1)
}

/// Runs a supervisor; the main thread waits for signals meanwhile.
func run(_ configuration: EngineConfiguration) -> Never {
  var signals = ProcessSignals()
  let log = Log(subject: "gantryd", least: configuration.isDebugging ? .debug : .info)
  for key in configuration.keysWithoutEffect { log.warning("configuration: \"\(key)\" has no effect here") }
  let supervisor = Promise<Supervisor>()
  Task.detached {
    do {
      let started = try await Supervisor.start(configuration, log: log)
      supervisor.fulfil(started)
      try await started.serve()
    } catch {
      fail(error)
    }
  }
  while true {
    let signal = signals.wait()
    if signal == SIGHUP {
      ConfigurationReload.run(supervisor.value, log: log)
      continue
    }
    guard let running = supervisor.value else { exit(0) }
    log.info("signal \(signal): ending; containers run on")
    Task.detached {
      await running.stop()
      exit(0)
    }
  }
}

do {
  switch try EngineInvocation(arguments: Array(CommandLine.arguments.dropFirst())) {
  case .help: print(EngineInvocation.usage, terminator: "")
  case .version: print("gantryd version \(ProductVersion.number), build \(ProductVersion.commit)")
  case .run(let configuration): run(configuration)
  }
} catch {
  fail(error)
}
