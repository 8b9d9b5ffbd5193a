import CLauncher
import Errors
import RuntimeSpec

extension LaunchPlan {
  /// The user as written, where a name may have to be looked up in the container; "" is its root, with the groups
  /// that the container's own files give it.
  struct WrittenUser {
    var user: String?
    var groups: [String]

    init(annotations: [String: String]) {
      user = annotations[Annotations.user]
      groups = (annotations[Annotations.groups] ?? "").split(separator: ",").map(String.init)
    }

    init(user: String?, groups: [String]) {
      self.user = user
      self.groups = groups
    }
  }

  func setProcess(_ process: ProcessSpec, user: WrittenUser) throws(GantryError) {
    try check(process)
    add(process.args, to: &raw.pointee.args)
    add(process.env, to: &raw.pointee.env)
    raw.pointee.cwd = copy(process.cwd.isEmpty ? "/" : process.cwd)
    raw.pointee.uid = process.user.uid
    raw.pointee.gid = process.user.gid
    for group in process.user.additionalGids { gl_add_group(raw, group) }
    if let name = user.user { raw.pointee.user = copy(name) }
    add(user.groups, to: &raw.pointee.group_names)
    if let umask = process.user.umask {
      raw.pointee.set_umask = true
      raw.pointee.umask = umask
    }
    let capabilities = process.capabilities ?? CapabilitySets()
    raw.pointee.bounding = CapabilityName.mask(capabilities.bounding)
    raw.pointee.effective = CapabilityName.mask(capabilities.effective)
    raw.pointee.permitted = CapabilityName.mask(capabilities.permitted)
    raw.pointee.inheritable = CapabilityName.mask(capabilities.inheritable)
    raw.pointee.ambient = CapabilityName.mask(capabilities.ambient)
    raw.pointee.no_new_privileges = process.noNewPrivileges
    for limit in process.rlimits {
      // Told as people write it: "nofile".
      let name = limit.type.hasPrefix("RLIMIT_") ? limit.type.dropFirst(7).lowercased() : limit.type
      gl_add_limit(raw, try ResourceLimitName.number(limit.type), "ulimit \(name)", limit.soft, limit.hard)
    }
    if let score = process.oomScoreAdj {
      raw.pointee.set_oom_score = true
      raw.pointee.oom_score = score
    }
    if !process.apparmorProfile.isEmpty, process.apparmorProfile != "unconfined" {
      raw.pointee.apparmor = copy(process.apparmorProfile)
    }
  }

  private func check(_ process: ProcessSpec) throws(GantryError) {
    guard !process.args.isEmpty else {
      throw GantryError(.invalidArgument, "no command is given: process.args is empty; name one")
    }
    guard process.cwd.isEmpty || process.cwd.hasPrefix("/") else {
      throw GantryError(
        .invalidArgument, "the working directory \"\(process.cwd)\" is not absolute; write it with a leading slash")
    }
    guard process.selinuxLabel.isEmpty else {
      throw GantryError(
        .invalidArgument,
        "SELinux label \"\(process.selinuxLabel)\" cannot be applied: Gantry has no SELinux support; "
          + "leave process.selinuxLabel out")
    }
    let strings = process.args + process.env + [process.cwd]
    guard !strings.contains(where: { $0.utf8.contains(0) }) else {
      throw GantryError(.invalidArgument, "a command, variable or directory holds a NUL byte; remove it")
    }
  }

  func setPersonality(_ personality: PersonalitySpec?) throws(GantryError) {
    guard let personality else { return }
    let domains: [String: UInt64] = ["LINUX": 0, "LINUX32": 8]
    guard let domain = domains[personality.domain] else {
      throw GantryError(
        .invalidArgument, "personality \"\(personality.domain)\" is unknown; use LINUX or LINUX32")
    }
    raw.pointee.set_personality = true
    raw.pointee.personality = domain
  }
}
