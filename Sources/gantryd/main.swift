import Core
import Engine
import Errors
import Glibc

/// Ends with a sentence on standard error.
func fail(_ error: any Error) -> Never {
  let message = (error as? GantryError)?.message ?? "\(error)"
  Log.standardError("gantryd: \(message)\n")
  exit(1)
}

let configuration: EngineConfiguration
do {
  switch try EngineInvocation(arguments: Array(CommandLine.arguments.dropFirst())) {
  case .help:
    print(EngineInvocation.usage, terminator: "")
    exit(0)
  case .version:
    print("gantryd version \(EngineVersion.version)")
    exit(0)
  case .run(let wanted): configuration = wanted
  }
} catch {
  fail(error)
}

// Before any thread is made, so that all of them inherit it.
let signals = ProcessSignals()
let log = Log(subject: "gantryd", least: configuration.isDebugging ? .debug : .info)
for key in configuration.keysWithoutEffect { log.warning("configuration: \"\(key)\" has no effect here") }

do {
  let supervisor = try await Supervisor.start(configuration, log: log)
  Task {
    for await signal in signals.stream {
      guard signal != SIGHUP else {
        ConfigurationReload.run(log: log)
        continue
      }
      log.info("signal \(signal): ending; containers run on")
      await supervisor.stop()
      exit(0)
    }
  }
  try await supervisor.serve()
  // The task above ends the process once everything is put away.
  try await Task.sleep(for: .seconds(60))
} catch {
  fail(error)
}
