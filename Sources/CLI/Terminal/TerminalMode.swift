import Errors
import Glibc
import Linux
import Synchronization

/// A terminal switched to another mode, and back exactly once, from whichever thread comes first.
package final class TerminalMode: Sendable {
  private let terminal: FileDescriptor
  private let saved: Mutex<termios?>

  /// Switches to raw mode: every key goes through as it is typed.
  ///
  /// - Throws: `GantryError` from tcgetattr(3) or tcsetattr(3).
  package convenience init(raw terminal: FileDescriptor) throws(GantryError) {
    try self.init(terminal) { cfmakeraw(&$0) }
  }

  /// Shows nothing of what is typed, as for a password. Ctrl-C and Ctrl-\ end the line as characters instead of ending the
  /// process, which would leave the terminal silent.
  ///
  /// - Throws: `GantryError` from tcgetattr(3) or tcsetattr(3).
  package convenience init(silent terminal: FileDescriptor) throws(GantryError) {
    try self.init(terminal) { modes in
      modes.c_lflag &= ~tcflag_t(ECHO | ISIG)
      withUnsafeMutableBytes(of: &modes.c_cc) { keys in
        keys[Int(VEOL)] = Self.interrupt
        keys[Int(VEOL2)] = Self.quit
      }
    }
  }

  /// Ctrl-C and Ctrl-\ as they arrive from a terminal that is silent.
  package static let interrupt: UInt8 = 0x03
  package static let quit: UInt8 = 0x1C

  private init(_ terminal: FileDescriptor, _ change: (inout termios) -> Void) throws(GantryError) {
    self.terminal = terminal
    var modes = termios()
    try retryingOnInterrupt("tcgetattr") { tcgetattr(terminal.number, &modes) }
    saved = Mutex(modes)
    change(&modes)
    try retryingOnInterrupt("tcsetattr") { tcsetattr(terminal.number, TCSANOW, &modes) }
  }

  /// Gives the terminal back as it was.
  package func restore() {
    saved.withLock { saved in
      guard var modes = saved else { return }
      // Waits for what was written, so that the last line is not cut short.
      _ = tcsetattr(terminal.number, TCSADRAIN, &modes)
      saved = nil
    }
  }

  deinit { restore() }
}
