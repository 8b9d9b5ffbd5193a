import Foundation

/// What an engine could leave on a machine: mounts, cgroups, links, packet rules, processes.
struct MachineState {
  private let things: Set<String>

  static func now() -> MachineState {
    var things: Set<String> = []
    for line in lines(of: "/proc/self/mounts") {
      let fields = line.split(separator: " ")
      if fields.count > 1 { things.insert("mount \(fields[1])") }
    }
    if let links = try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net") {
      things.formUnion(links.filter { $0.hasPrefix("gbr-") || $0.hasPrefix("veth") }.map { "link \($0)" })
    }
    for group in ["", "memory/", "unified/", "systemd/", "pids/", "cpu/"] {
      let path = "/sys/fs/cgroup/\(group)gantry"
      guard let members = try? FileManager.default.contentsOfDirectory(atPath: path) else { continue }
      things.insert("cgroup \(path)")
      things.formUnion(members.filter { $0.count == 64 }.map { "cgroup \(path)/\($0)" })
    }
    if let rules = try? Command.run(["nft", "list", "tables"]) {
      things.formUnion(rules.lines.filter { $0.contains("gantry_") })
    }
    for pid in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int32(pid) != nil {
      let command = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
      let folder = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
      if command.contains("gantry") || folder.contains("gantry") {
        things.insert("process \(pid) \(command.split(separator: "\0").joined(separator: " ")) in \(folder)")
      }
    }
    return MachineState(things: things)
  }

  /// What is there now and was not before, and belongs to an engine.
  func added(since before: MachineState, scratch: String) -> [String] {
    things.subtracting(before.things).filter { thing in
      thing.hasPrefix("mount ") || thing.hasPrefix("process ") ? thing.contains(scratch) : true
    }.sorted()
  }

  private static func lines(of path: String) -> [Substring] {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
  }
}
