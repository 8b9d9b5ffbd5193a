import Errors

/// What `--security-opt` says.
struct SecurityOptions: Equatable {
  enum Seccomp: Equatable {
    case docker
    case unconfined
    /// A profile, JSON.
    case profile(String)
  }

  var seccomp = Seccomp.docker
  var noNewPrivileges = false
  /// nil is the default.
  var appArmor: String?
  /// Whether /proc and /sys are shown without masks.
  var unconfinedSystemPaths = false

  init(_ options: [String]) throws(GantryError) {
    for option in options {
      if option == "no-new-privileges" {
        noNewPrivileges = true
        continue
      }
      // The old form has a colon; a seccomp profile is JSON and has some too.
      guard let separator = option.firstIndex(of: "=") ?? option.firstIndex(of: ":") else {
        throw GantryError(.invalidArgument, "invalid --security-opt 1: \"\(option)\"")
      }
      try set(String(option[..<separator]), String(option[option.index(after: separator)...]), option)
    }
  }

  private mutating func set(_ key: String, _ value: String, _ option: String) throws(GantryError) {
    switch (key, value) {
    case ("no-new-privileges", "true"): noNewPrivileges = true
    case ("no-new-privileges", "false"): noNewPrivileges = false
    case ("seccomp", "unconfined"): seccomp = .unconfined
    case ("seccomp", "builtin"): seccomp = .docker
    case ("seccomp", _): seccomp = .profile(value)
    case ("apparmor", _): appArmor = value
    case ("systempaths", "unconfined"): unconfinedSystemPaths = true
    // SELinux labels mean nothing on hosts without SELinux; Docker takes and ignores them there.
    case ("label", _): break
    default: throw GantryError(.invalidArgument, "invalid --security-opt 2: \"\(option)\"")
    }
  }
}
