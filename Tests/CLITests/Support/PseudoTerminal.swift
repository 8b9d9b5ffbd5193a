import CLinux
import Errors
import Foundation
import Linux

// Glibc's module leaves these out, for they need _XOPEN_SOURCE.
@_silgen_name("posix_openpt") private func openMaster(_ flags: Int32) -> Int32
@_silgen_name("grantpt") private func grantSlave(_ master: Int32) -> Int32
@_silgen_name("unlockpt") private func unlockSlave(_ master: Int32) -> Int32
@_silgen_name("ptsname") private func slaveName(_ master: Int32) -> UnsafePointer<CChar>?

/// A terminal that a test types into.
final class PseudoTerminal: Sendable {
  let master: FileDescriptor
  let slave: FileDescriptor

  init(columns: UInt16, rows: UInt16) throws {
    let number = openMaster(O_RDWR | O_NOCTTY)
    guard number >= 0, grantSlave(number) == 0, unlockSlave(number) == 0, let name = slaveName(number) else {
      throw GantryError.system("posix_openpt")
    }
    master = FileDescriptor(adopting: number)
    slave = try FileDescriptor.open(String(cString: name), O_RDWR | O_NOCTTY)
    guard gantry_set_window_size(slave.number, columns, rows) == 0 else { throw GantryError.system("ioctl") }
  }

  /// Whether what is typed shows and waits for the end of its line, as in a shell.
  var isCooked: Bool {
    var modes = termios()
    tcgetattr(slave.number, &modes)
    return modes.c_lflag & tcflag_t(ECHO | ICANON) == tcflag_t(ECHO | ICANON)
  }

  /// Whether something was typed that nobody has read yet.
  var hasUnreadInput: Bool {
    var event = pollfd(fd: slave.number, events: Int16(POLLIN), revents: 0)
    return poll(&event, 1, 0) > 0
  }

  func type(_ bytes: [UInt8]) throws { try master.writeAll(bytes) }

  /// Reads until `text` has been shown, for five seconds at most.
  func shows(_ text: String) -> Bool {
    var seen: [UInt8] = []
    let deadline = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < deadline {
      var event = pollfd(fd: master.number, events: Int16(POLLIN), revents: 0)
      guard poll(&event, 1, 100) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 4096)
      guard let count = buffer.withUnsafeMutableBytes({ try? master.read(into: $0) }), count > 0 else { return false }
      seen += buffer[..<count]
      if String(decoding: seen, as: UTF8.self).contains(text) { return true }
    }
    return false
  }
}
