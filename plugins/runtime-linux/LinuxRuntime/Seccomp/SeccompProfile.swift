import RuntimeSpec

/// A seccomp profile as Docker writes them: rules that hold for some architectures, capabilities and kernels
/// only, made into a plain filter for one container.
struct SeccompProfile: Equatable {
  /// Where a rule holds. Empty lists ask for nothing.
  struct Condition: Equatable {
    var capabilities: [String] = []
    /// Go's names.
    var architectures: [String] = []
    var minimumKernel: KernelVersion?
  }

  struct Group: Equatable {
    var rule: SeccompRule
    /// All of it must hold.
    var includes = Condition()
    /// None of it may hold.
    var excludes = Condition()
  }

  var defaultAction: String
  var defaultErrno: UInt32?
  /// libseccomp's names of the architectures, by Go's name of the host's; the host's own comes first.
  var architectures: [String: [String]]
  var flags: [String] = []
  var groups: [Group]

  /// The filter for a container with these capabilities on this host.
  func filter(capabilities: [String], host: HostFacts) -> SeccompSpec {
    SeccompSpec(
      defaultAction: defaultAction, defaultErrnoRet: defaultErrno,
      architectures: architectures[host.architecture] ?? [],
      flags: flags, syscalls: groups.filter { $0.holds(capabilities, host) }.map(\.rule))
  }
}

extension SeccompProfile.Group {
  fileprivate func holds(_ capabilities: [String], _ host: HostFacts) -> Bool {
    guard !excludes.architectures.contains(host.architecture),
      !excludes.capabilities.contains(where: capabilities.contains),
      includes.architectures.isEmpty || includes.architectures.contains(host.architecture),
      includes.capabilities.allSatisfy(capabilities.contains)
    else { return false }
    if let minimum = excludes.minimumKernel, host.kernel >= minimum { return false }
    if let minimum = includes.minimumKernel, host.kernel < minimum { return false }
    return true
  }
}
