import Errors
import Glibc

/// One value for one control file.
package struct ControlSetting: Sendable, Equatable {
  package let controller: String
  /// Names of the file, in order of preference: kernels differ.
  package let files: [String]
  package let value: String
  /// What it is to a person, such as "memory limit".
  package let purpose: String
  /// Whether a kernel without the file is passed over in silence.
  package let isOptional: Bool

  package init(
    _ controller: String, _ files: String..., value: String, purpose: String, isOptional: Bool = false
  ) {
    self.controller = controller
    self.files = files
    self.value = value
    self.purpose = purpose
    self.isOptional = isOptional
  }
}

extension Cgroup {
  func apply(_ setting: ControlSetting) throws(GantryError) {
    let directory = directory(of: setting.controller)
    guard let directory, let file = setting.files.first(where: directory.has) else {
      if setting.isOptional { return }
      throw GantryError(
        .failedPrecondition,
        "\(setting.purpose) cannot be set: this host has no cgroup file \(setting.files.first ?? "") "
          + "(controller \(setting.controller)); leave that limit out or enable the controller in the kernel")
    }
    do throws(GantryError) {
      try directory.write(file, setting.value)
    } catch {
      throw setting.refusal(error)
    }
  }
}

extension ControlSetting {
  /// What to tell of a value that the kernel did not take.
  func refusal(_ error: GantryError) -> GantryError {
    let (code, remedy): (ErrorCode, String) =
      switch error.errno {
      case EBUSY: (.failedPrecondition, "the container uses more than that now; ask for more or free some first")
      case EINVAL, ERANGE, ENODEV, ENXIO: (.invalidArgument, "the host has no such value; ask for one it has")
      case EPERM, EACCES, EROFS:
        (.failedPrecondition, "the host refuses it; run Gantry as root with a writable cgroup file system")
      default: (error.code, "leave that limit out or ask for another value")
      }
    return GantryError(
      code, "\(purpose) \"\(value)\" cannot be set: \(strerrorText(error.errno)): \(remedy)", cause: .error(error))
  }

  private func strerrorText(_ errno: Int32?) -> String {
    errno.map { String(cString: strerror($0)) } ?? "the write failed"
  }
}
