import Errors
import JSON
import Messages

extension RuntimeChecks {
  static let isolation: [ConformanceCheck] = [
    ConformanceCheck("a container has namespaces of its own") { plugin in
      let kinds = namespaces(try await RuntimeProbe(plugin).specification())
      for kind in ["mount", "pid", "network", "ipc", "uts"] {
        try expect(kinds.contains(kind), "the \(kind) namespace must be the container's own")
      }
    },
    ConformanceCheck("the host's namespaces are used where asked, no others") { plugin in
      let kinds = namespaces(
        try await RuntimeProbe(plugin).specification {
          $0.pidMode = "host"
          $0.networkMode = "host"
        })
      try expect(!kinds.contains("pid") && !kinds.contains("network"), "pid and network must be the host's")
      try expect(kinds.contains("mount") && kinds.contains("ipc"), "the others must stay the container's own")
    },
    ConformanceCheck("a container cannot administer the host") { plugin in
      let specification = try await RuntimeProbe(plugin).specification()
      let held = specification.at("process", "capabilities", "bounding")?.strings ?? []
      for name in ["CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_PTRACE", "CAP_SYS_BOOT", "CAP_SYS_TIME"] {
        try expect(!held.contains(name), "\(name) must not be in the bounding set")
      }
      let linux = try require(specification["linux"], "there must be a linux section")
      try expect(linux["maskedPaths"]?.strings.contains("/proc/kcore") == true, "/proc/kcore must be masked")
      try expect(linux["readonlyPaths"]?.strings.contains("/proc/sys") == true, "/proc/sys must be read only")
      try expect(linux.at("seccomp", "defaultAction")?.string != nil, "system calls must be filtered")
      let rules = linux.at("resources", "devices")?.array ?? []
      try expectEqual(rules.first?["allow"]?.bool ?? false, false, "the first device rule's allow")
    },
    ConformanceCheck("capabilities are added and dropped") { plugin in
      let probe = await RuntimeProbe(plugin)
      let changed = try await probe.specification {
        $0.capAdd = ["net_admin"]
        $0.capDrop = ["CAP_CHOWN"]
      }
      let held = changed.at("process", "capabilities", "bounding")?.strings ?? []
      try expect(held.contains("CAP_NET_ADMIN"), "an added capability must be in the bounding set")
      try expect(!held.contains("CAP_CHOWN"), "a dropped capability must not be in the bounding set")
      let none = try await probe.specification { $0.capDrop = ["ALL"] }
      try expectEqual(none.at("process", "capabilities", "bounding")?.strings ?? [], [], "the set without ALL")
    },
    ConformanceCheck("a user who is not root has no capabilities of his own") { plugin in
      let specification = try await RuntimeProbe(plugin).specification { $0.user = "1000:1000" }
      let sets = specification.at("process", "capabilities")
      try expectEqual(sets?["effective"]?.strings ?? [], [], "the effective set")
      try expectEqual(sets?["ambient"]?.strings ?? [], [], "the ambient set")
    },
    ConformanceCheck("security options are followed") { plugin in
      let probe = await RuntimeProbe(plugin)
      let strict = try await probe.specification { $0.securityOpt = ["no-new-privileges"] }
      try expectEqual(strict.at("process", "noNewPrivileges")?.bool, true, "noNewPrivileges")
      let open = try await probe.specification { $0.securityOpt = ["seccomp=unconfined"] }
      try expect(open.at("linux", "seccomp") == nil, "seccomp=unconfined must leave the filter out")
    },
    ConformanceCheck("privileged lifts the barriers") { plugin in
      let specification = try await RuntimeProbe(plugin).specification { $0.privileged = true }
      try expect(specification.at("linux", "seccomp") == nil, "there must be no filter")
      try expectEqual(specification.at("linux", "maskedPaths")?.strings ?? [], [], "maskedPaths")
      let held = specification.at("process", "capabilities", "bounding")?.strings ?? []
      try expect(held.count > 14, "there must be more capabilities than by default")
    },
  ]

  private static func namespaces(_ specification: JSONValue) -> Set<String> {
    Set(specification.at("linux", "namespaces")?.array?.compactMap { $0["type"]?.string } ?? [])
  }
}
