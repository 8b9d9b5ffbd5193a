import Errors
import Glibc

extension GantryError {
  /// The failure of a system call in the words that Go has for it: "open /nosuch: no such file or directory".
  package func naming(_ call: String, _ path: String) -> GantryError {
    guard let errno else { return self }
    let reason = String(cString: strerror(errno))
    let lowered = (reason.first.map { $0.lowercased() } ?? "") + reason.dropFirst()
    return GantryError(code, "\(call) \(path): \(lowered)", cause: cause)
  }
}
