import AsyncServices
import Errors
import JSON
import Messages

/// What a runtime must do (`gantry.runtime.v1.Runtime`).
enum RuntimeChecks {
  static let all = answering + settings + isolation + refusals + further

  // MARK: - Spec

  private static let answering: [ConformanceCheck] = [
    ConformanceCheck("Shim answers the absolute path of a shim") { plugin in
      let response = try await RuntimeProbe(plugin).client.shim(.init(), options: within(5))
      try expect(response.path.hasPrefix("/"), "the shim's path must be absolute, it is \"\(response.path)\"")
    },
    ConformanceCheck("Spec answers an OCI specification") { plugin in
      let response = try await RuntimeProbe(plugin).response()
      let specification = try RuntimeProbe.parse(response.spec, "the specification")
      try expect(specification["ociVersion"]?.string?.hasPrefix("1.") == true, "ociVersion must be 1.x")
      try expect(specification.at("root", "path")?.string?.isEmpty == false, "root.path must be given")
    },
    ConformanceCheck("the same settings give the same specification") { plugin in
      let probe = await RuntimeProbe(plugin)
      let container = RuntimeProbe.container { $0.sysctls = ["net.ipv4.ip_forward": "1", "net.core.somaxconn": "9"] }
      let first = try await probe.client.spec(.init(container: container), options: within(5))
      let second = try await probe.client.spec(.init(container: container), options: within(5))
      try expect(first == second, "Spec must answer the same twice")
    },
    ConformanceCheck("a hundred specifications at once are answered within five seconds") { plugin in
      let probe = await RuntimeProbe(plugin)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<100 { group.addTask { _ = try await probe.response() } }
        try await group.waitForAll()
      }
    },
    ConformanceCheck("after a crash the answers are the same") { plugin in
      let container = RuntimeProbe.container()
      let before = try await RuntimeProbe(plugin).client.spec(.init(container: container), options: within(5))
      try await plugin.restart()
      let after = try await RuntimeProbe(plugin).client.spec(.init(container: container), options: within(5))
      try expect(before == after, "a runtime keeps no state that a crash could lose")
    },
  ]

  private static let settings: [ConformanceCheck] = [
    ConformanceCheck("command, environment and working directory are the container's") { plugin in
      let process = try require(try await RuntimeProbe(plugin).specification()["process"], "there must be a process")
      try expectEqual(process["args"]?.strings ?? [], ["/bin/echo", "one two"], "process.args")
      let environment = process["env"]?.strings ?? []
      try expect(environment.contains("COLOUR=blue"), "a variable must be in process.env")
      try expect(environment.contains("EMPTY="), "an empty variable must be in process.env")
      try expect(environment.contains { $0.hasPrefix("PATH=") }, "PATH must have a default")
      try expectEqual(process["cwd"]?.string, "/srv", "process.cwd")
    },
    ConformanceCheck("a PATH of the container's replaces the default") { plugin in
      let specification = try await RuntimeProbe(plugin).specification { $0.env = ["PATH=/only"] }
      let paths = specification.at("process", "env")?.strings.filter { $0.hasPrefix("PATH=") }
      try expectEqual(paths ?? [], ["PATH=/only"], "PATH")
    },
    ConformanceCheck("the user travels as it was written") { plugin in
      let specification = try await RuntimeProbe(plugin).specification {
        $0.user = "nobody:daemon"
        $0.additionalGroups = ["audio", "44"]
      }
      let annotations = specification["annotations"]
      try expectEqual(annotations?["gantry.user"]?.string, "nobody:daemon", "the annotation gantry.user")
      try expectEqual(annotations?["gantry.groups"]?.string, "audio,44", "the annotation gantry.groups")
    },
    ConformanceCheck("annotations are kept") { plugin in
      let specification = try await RuntimeProbe(plugin).specification { $0.annotations = ["a.b": "c"] }
      try expectEqual(specification.at("annotations", "a.b")?.string, "c", "an annotation")
    },
    ConformanceCheck("binds and tmpfs stand among the mounts, read only where asked") { plugin in
      let specification = try await RuntimeProbe(plugin).specification {
        $0.binds = [
          .init(source: "/srv", target: "/open"), .init(source: "/srv", target: "/closed", options: ["ro"]),
        ]
        $0.tmpfs = [.init(target: "/memory", options: "size=1m")]
      }
      let mounts = try require(specification["mounts"], "there must be mounts")
      let open = try require(mounts.elements(where: "destination", is: "/open").first, "the bind /open is missing")
      try expectEqual(open["source"]?.string, "/srv", "the source of /open")
      try expect(open["options"]?.strings.contains("ro") == false, "/open must not be read only")
      let closed = mounts.elements(where: "destination", is: "/closed").first
      try expect(closed?["options"]?.strings.contains("ro") == true, "/closed must be read only")
      let memory = mounts.elements(where: "destination", is: "/memory").first
      try expectEqual(memory?["type"]?.string, "tmpfs", "the type of /memory")
      try expect(memory?["options"]?.strings.contains("size=1m") == true, "/memory must have its size")
    },
    ConformanceCheck("limits stand in the resources") { plugin in
      let specification = try await RuntimeProbe(plugin).specification {
        $0.memoryInBytes = 64 << 20
        $0.pidsLimit = 17
        $0.nanoCpus = 500_000_000
        $0.ulimits = [.init(name: "nofile", soft: 64, hard: 128)]
      }
      let resources = try require(specification.at("linux", "resources"), "there must be resources")
      try expectEqual(resources.at("memory", "limit")?.integer, 64 << 20, "memory.limit")
      try expectEqual(resources.at("pids", "limit")?.integer, 17, "pids.limit")
      let cpu = (resources.at("cpu", "quota")?.integer ?? 0, resources.at("cpu", "period")?.integer ?? 0)
      try expect(cpu.1 > 0 && cpu.0 * 2 == cpu.1, "half a CPU must be a quota of half the period")
      try expectEqual(specification.at("linux", "cgroupsPath")?.string, "/gantry/conformance", "cgroupsPath")
      let limit = specification.at("process", "rlimits")?.elements(where: "type", is: "RLIMIT_NOFILE").first
      try expectEqual(limit?["soft"]?.integer, 64, "the soft limit of nofile")
      try expectEqual(limit?["hard"]?.integer, 128, "the hard limit of nofile")
    },
    ConformanceCheck("a terminal has its size") { plugin in
      let specification = try await RuntimeProbe(plugin).specification {
        $0.terminal = true
        $0.consoleWidth = 132
        $0.consoleHeight = 43
      }
      let process = try require(specification["process"], "there must be a process")
      try expectEqual(process["terminal"]?.bool, true, "process.terminal")
      try expectEqual(process.at("consoleSize", "width")?.integer, 132, "the width")
      try expectEqual(process.at("consoleSize", "height")?.integer, 43, "the height")
    },
    ConformanceCheck("a read-only root is one") { plugin in
      let specification = try await RuntimeProbe(plugin).specification { $0.readOnlyRootfs = true }
      try expectEqual(specification.at("root", "readonly")?.bool, true, "root.readonly")
    },
  ]
}
