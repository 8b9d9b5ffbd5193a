import Errors
import Glibc

/// Named places where a test can make the supervisor fail.
///
/// `GANTRY_FAILPOINTS=create.recorded=kill,start.spawned=error,stop.signalled=delay:200` kills the process
/// with SIGKILL at one place, throws at the second, and waits 200 milliseconds at the third. Without the
/// variable a failpoint is one comparison.
public struct Failpoints: Sendable {
  /// What happens at a place.
  public enum Action: Sendable, Equatable {
    case kill
    case error
    case delay(Duration)
  }

  private let actions: [String: Action]

  /// The ones of this process's environment.
  public static let shared: Failpoints = {
    guard let text = getenv("GANTRY_FAILPOINTS").map({ String(cString: $0) }) else { return Failpoints([:]) }
    do {
      return try Failpoints(parsing: text)
    } catch {
      Log(subject: "gantryd").error("GANTRY_FAILPOINTS: \(error)")
      return Failpoints([:])
    }
  }()

  public init(_ actions: [String: Action]) { self.actions = actions }

  /// - Throws: `.invalidArgument` for anything that is not `name=kill|error|delay:<milliseconds>`.
  public init(parsing text: String) throws(GantryError) {
    var actions: [String: Action] = [:]
    for part in text.split(separator: ",") {
      guard let equals = part.firstIndex(of: "=") else { throw Self.malformed(part) }
      let word = part[part.index(after: equals)...]
      let action: Action
      switch word {
      case "kill": action = .kill
      case "error": action = .error
      default:
        guard word.hasPrefix("delay:"), let milliseconds = Int(word.dropFirst(6)) else { throw Self.malformed(part) }
        action = .delay(.milliseconds(milliseconds))
      }
      actions[String(part[..<equals])] = action
    }
    self.actions = actions
  }

  /// Passes the place `name`.
  ///
  /// - Throws: `.aborted` where the failpoint says error; `CancellationError` during a delay.
  public func pass(_ name: StaticString) async throws {
    if actions.isEmpty { return }
    switch actions[name.description] {
    case nil: return
    case .kill: kill(getpid(), SIGKILL)
    case .error: throw GantryError(.aborted, "failpoint \(name)")
    case .delay(let duration): try await Task.sleep(for: duration)
    }
  }

  private static func malformed(_ part: Substring) -> GantryError {
    GantryError(.invalidArgument, "failpoint \"\(part)\": write name=kill, name=error or name=delay:<milliseconds>")
  }
}
