import CLinux
import Errors
import Glibc

extension GantryError {
  /// The error of a system call that has just failed.
  ///
  /// - Parameters:
  ///   - call: name of the call, such as "openat".
  ///   - object: path or thing it was about; "" where there is none.
  ///   - errno: what the call left behind; read at once by default.
  public static func system(_ call: String, _ object: String = "", errno: Int32 = gantry_errno()) -> GantryError {
    let place = object.isEmpty ? call : "\(call) \(object)"
    return GantryError(
      ErrorCode(errno: errno), "\(place): \(String(cString: strerror(errno)))",
      cause: .system(call: call, errno: errno, object: object))
  }
}

extension ErrorCode {
  /// The one place where errno becomes a code.
  public init(errno: Int32) {
    self =
      switch errno {
      case ENOENT, ESRCH, ENXIO, ENODEV: .notFound
      case EEXIST: .alreadyExists
      case EPERM, EACCES, EROFS: .permissionDenied
      case EINVAL, ENAMETOOLONG, ENOTDIR, EISDIR, ELOOP, E2BIG: .invalidArgument
      case ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, EAGAIN, EFBIG: .resourceExhausted
      case EBUSY, ENOTEMPTY, ETXTBSY: .failedPrecondition
      case EPIPE, ECONNRESET, ECONNREFUSED, ENOTCONN: .unavailable
      case ETIMEDOUT: .deadlineExceeded
      case ENOSYS, EOPNOTSUPP: .unimplemented
      default: .unknown
      }
  }
}

/// Runs a system call again for as long as a signal interrupts it.
///
/// - Returns: what the call returned, never -1.
/// - Throws: `GantryError` with the call's errno.
@discardableResult
public func retryingOnInterrupt<Result: FixedWidthInteger>(
  _ call: String, _ object: @autoclosure () -> String = "", _ body: () -> Result
) throws(GantryError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let code = gantry_errno()
    if code != EINTR { throw .system(call, object(), errno: code) }
  }
}
