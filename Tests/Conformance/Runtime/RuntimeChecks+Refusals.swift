import AsyncServices
import Errors
import JSON
import Messages

extension RuntimeChecks {
  private typealias Change = @Sendable (inout GantryRuntimeV1.Container) -> Void

  private static let impossible: [(name: String, change: Change)] = [
    ("an unknown capability", { $0.capAdd = ["CAP_FLY"] }),
    ("an unknown capability to drop", { $0.capDrop = ["fly"] }),
    ("an unknown ulimit", { $0.ulimits = [.init(name: "wings", soft: 1, hard: 1)] }),
    ("a soft limit above the hard one", { $0.ulimits = [.init(name: "nofile", soft: 2, hard: 1)] }),
    ("a security option that is none", { $0.securityOpt = ["fly=high"] }),
    ("a seccomp profile that is none", { $0.securityOpt = ["seccomp={"] }),
    ("too little memory", { $0.memoryInBytes = 4096 }),
    ("more CPUs than there are", { $0.nanoCpus = 1 << 60 }),
    ("a CPU that is not there", { $0.cpusetCpus = "8000" }),
    ("a kernel setting of the host's", { $0.sysctls = ["kernel.panic": "1"] }),
    ("a mount at a relative path", { $0.binds = [.init(source: "/srv", target: "relative")] }),
    ("a mount over the root", { $0.binds = [.init(source: "/tmp", target: "/a/../..")] }),
    ("a mount option that is none", { $0.binds = [.init(source: "/srv", target: "/a", options: ["fly"])] }),
    ("a tmpfs option that is none", { $0.tmpfs = [.init(target: "/a", options: "fly")] }),
    ("a device that is not there", { $0.devices = [.init(pathOnHost: "/dev/no-such-device")] }),
    ("a relative working directory", { $0.workingDirectory = "relative" }),
    ("no command", { $0.args = [] }),
    ("a pid mode that is none", { $0.pidMode = "fly" }),
  ]

  static let refusals =
    impossible.map { name, change in
      ConformanceCheck("\(name) is refused with a reason") { plugin in
        let probe = await RuntimeProbe(plugin)
        try await expectError(.invalidArgument, what: name) { try await probe.response(change) }
      }
    } + [
      ConformanceCheck("a request without settings is refused") { plugin in
        let probe = await RuntimeProbe(plugin)
        try await expectError(.invalidArgument, what: "Spec without a container") {
          try await probe.client.spec(.init(), options: within(5))
        }
      }
    ]

  // MARK: - ExecProcess, Features

  static let further: [ConformanceCheck] = [
    ConformanceCheck("ExecProcess keeps the container's world and runs another command in it") { plugin in
      let process = try await RuntimeProbe(plugin).process {
        $0.user = "nobody"
        $0.securityOpt = ["no-new-privileges"]
      } asking: {
        $0.env = ["COLOUR=red", "SIZE=1"]
      }
      try expectEqual(process["args"]?.strings ?? [], ["id", "-u"], "args")
      try expectEqual(process["cwd"]?.string, "/srv", "cwd")
      let environment = process["env"]?.strings ?? []
      try expect(environment.contains("COLOUR=red") && !environment.contains("COLOUR=blue"), "env must be replaced")
      try expect(environment.contains("SIZE=1") && environment.contains("EMPTY="), "env must be added to")
      try expectEqual(process.at("user", "username")?.string, "nobody", "user.username")
      try expectEqual(process["noNewPrivileges"]?.bool, true, "noNewPrivileges")
      try expect(process["terminal"]?.bool != true, "there must be no terminal")
    },
    ConformanceCheck("ExecProcess takes a user, a directory and a terminal of its own") { plugin in
      let process = try await RuntimeProbe(plugin).process {
        $0.user = "nobody"
      } asking: {
        $0.user = "0:0"
        $0.workingDirectory = "/tmp"
        $0.terminal = true
      }
      try expectEqual(process.at("user", "username")?.string, "0:0", "user.username")
      try expectEqual(process["cwd"]?.string, "/tmp", "cwd")
      try expectEqual(process["terminal"]?.bool, true, "terminal")
    },
    ConformanceCheck("ExecProcess refuses what is no specification or no command") { plugin in
      let probe = await RuntimeProbe(plugin)
      try await expectError(.invalidArgument, what: "ExecProcess with rubbish for a specification") {
        try await probe.client.execProcess(.init(spec: Array("{".utf8), args: ["id"]), options: within(5))
      }
      try await expectError(.invalidArgument, what: "ExecProcess without a command") {
        try await probe.process(asking: { $0.args = [] })
      }
    },
    ConformanceCheck("Features names the cgroup layout and what can be asked for") { plugin in
      let features = try await RuntimeProbe(plugin).client.features(.init(), options: within(5))
      try expect(["v1", "v2", "hybrid"].contains(features.cgroupLayout), "cgroup_layout must be one of three")
      let document = try RuntimeProbe.parse(features.features, "the features")
      try expect(document["ociVersionMax"]?.string?.isEmpty == false, "ociVersionMax must be given")
    },
  ]
}
