import Core
import Errors

/// What SIGHUP does: reads the configuration again and takes over what can change while the process runs.
///
/// That is what concerns registries. Directories, socket and plugins are what the process was started with; a person is told
/// when a file that is wrong would keep the next start from working.
public enum ConfigurationReload {
  /// - Parameter supervisor: nil where it is still starting.
  public static func run(_ supervisor: Supervisor?, log: Log) {
    do {
      guard case .run(let configuration) = try EngineInvocation(arguments: Array(CommandLine.arguments.dropFirst()))
      else { return }
      supervisor?.apply(configuration)
      log.info(
        "the configuration is read again: what concerns registries is in effect, the rest will be at the next start")
    } catch {
      log.error("the configuration is not taken over: \(error)")
    }
  }
}
