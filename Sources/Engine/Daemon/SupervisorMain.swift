import Core
import Errors
import Glibc
import Version

/// The life of the supervisor: start, serve, and end with a signal while containers run on.
public enum SupervisorMain {
  /// Runs a supervisor as its command line says; the main thread waits for signals meanwhile.
  ///
  /// - Parameter arguments: the program's, without its name.
  public static func run(_ arguments: [String]) -> Never {
    do {
      switch try EngineInvocation(arguments: arguments) {
      case .help: print(EngineInvocation.usage, terminator: "")
      case .version: print("gantryd version \(ProductVersion.number), build \(ProductVersion.commit)")
      case .run(let configuration): run(configuration)
      }
      exit(0)
    } catch {
      fail(error)
    }
  }

  private static func run(_ configuration: EngineConfiguration) -> Never {
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

  /// Ends with a sentence on standard error.
  @Sendable private static func fail(_ error: any Error) -> Never {
    Log.standardError("gantryd: \((error as? GantryError)?.message ?? "\(error)")\n")
    exit(1)
  }
}
