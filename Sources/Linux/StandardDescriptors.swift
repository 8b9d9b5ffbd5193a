import CLinux
import Glibc

/// Descriptors 0, 1 and 2.
public enum StandardDescriptors {
  /// Opens `/dev/null` in place of those that a program was started without. Otherwise the next file that it opens becomes
  /// its standard input or output, and gets what is printed.
  ///
  /// To be called before anything else is opened; where there is no `/dev/null`, nothing happens.
  ///
  /// - SeeAlso: POSIX, execve, "Rationale"; Go's runtime does the same.
  public static func fill() {
    for number in STDIN_FILENO...STDERR_FILENO where gantry_fcntl(number, F_GETFD, 0) == -1 {
      // The lowest number that is free, which is this one.
      _ = gantry_open("/dev/null", O_RDWR, 0)
    }
  }
}
