import CLauncher
import Errors
import Glibc
import Linux

extension LaunchPlan {
  static func gatePaths(_ directory: String) -> (start: String, errors: String) {
    ("\(directory)/start", "\(directory)/errors")
  }

  func setGate(_ gate: LaunchGate) throws(GantryError) {
    switch gate {
    case .open: raw.pointee.has_gate = false
    case .pipe: raw.pointee.has_gate = true
    case .directory(let directory):
      raw.pointee.has_gate = true
      let paths = Self.gatePaths(directory)
      for path in [paths.start, paths.errors] {
        try retryingOnInterrupt("mkfifo", path) { mkfifo(path, 0o600) }
      }
      // For reading and writing: opening waits for nobody, and the child never reads end of file.
      raw.pointee.gate_fd = keep(try .open(paths.start, O_RDWR))
      raw.pointee.error_fd = keep(try .open(paths.errors, O_RDWR))
    }
  }
}
