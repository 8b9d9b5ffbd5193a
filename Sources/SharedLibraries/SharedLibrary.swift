import Errors
import Glibc

/// A C library of the distribution that a process loads when it first needs it, and never if it does not.
///
/// One executable plays the supervisor, its helpers and every shipped plugin; each of them needs few of these, and would pay
/// for all of them with memory and with the time to start. Their headers here declare the functions weak, so that linking
/// leaves them open, and calling one before its library is loaded is a crash; see docs/decisions/0022.
public enum SharedLibrary: String, CaseIterable, Sendable {
  case archive = "libarchive.so.13"
  case crypto = "libcrypto.so.3"
  case curl = "libcurl.so.4"
  case gzip = "libisal.so.2"
  case packetFilter = "libnftables.so.1"
  case seccomp = "libseccomp.so.2"
  case sqlite = "libsqlite3.so.0"

  /// The package of Debian that holds it.
  private var package: String {
    switch self {
    case .archive: "libarchive13"
    case .crypto: "libssl3"
    case .curl: "libcurl4"
    case .gzip: "libisal2"
    case .packetFilter: "libnftables1"
    case .seccomp: "libseccomp2"
    case .sqlite: "libsqlite3-0"
    }
  }

  /// Loads it, if it is not loaded; its functions can be called from then on. Safe from any thread, see dlopen(3).
  ///
  /// Keep the outcome where it is asked for often: each call takes the loader's lock.
  ///
  /// - Throws: `.failedPrecondition` naming the library, what the loader said, and the package to install.
  public func load() throws(GantryError) {
    // Global, because the functions are looked up in what the whole program sees.
    guard dlopen(rawValue, RTLD_NOW | RTLD_GLOBAL) == nil else { return }
    let reason = dlerror().map { String(cString: $0) } ?? "the loader gives no reason"
    throw GantryError(
      .failedPrecondition, "a library cannot be loaded: \(reason); install \(package), as Debian names the package")
  }
}
