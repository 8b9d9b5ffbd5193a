import Core
import Errors

/// What SIGHUP does: reads the configuration again and says what would change.
///
/// Directories, socket and plugins are what the process was started with; a person is told when a file
/// that is wrong would keep the next start from working.
public enum ConfigurationReload {
  public static func run(log: Log) {
    do {
      guard case .run = try EngineInvocation(arguments: Array(CommandLine.arguments.dropFirst())) else { return }
      log.info("the configuration is right; it takes effect at the next start, containers run on meanwhile")
    } catch {
      log.error("the configuration is not taken over: \(error)")
    }
  }
}
