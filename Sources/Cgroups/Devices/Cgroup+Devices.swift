import CLinux
import Errors
import Glibc
import Linux
import RuntimeSpec

extension Cgroup {
  /// v1: the rules in order, as the controller's files take them: one with each write, and there are dozens.
  func applyDeviceRules(_ rules: [DeviceRule]) throws(GantryError) {
    guard let directory = directory(of: "devices"), directory.has("devices.allow") else {
      throw GantryError(
        .failedPrecondition,
        "device rules cannot be set: this host has no cgroup controller devices; enable it in the kernel")
    }
    let allow = try FileDescriptor.open("\(directory.path)/devices.allow", O_WRONLY)
    let deny = try FileDescriptor.open("\(directory.path)/devices.deny", O_WRONLY)
    for rule in rules {
      for line in rule.controllerLines {
        do throws(GantryError) {
          try (rule.allow ? allow : deny).writeAll(Array(line.utf8))
        } catch {
          throw ControlSetting(
            "devices", rule.allow ? "devices.allow" : "devices.deny", value: line,
            purpose: rule.allow ? "allowed device" : "denied device"
          ).refusal(error)
        }
      }
    }
  }

  /// v2: one program takes the place of those that were attached before.
  func applyDeviceProgram(_ rules: [DeviceRule]) throws(GantryError) {
    guard let path = unifiedDirectory?.path else { return }
    let cgroup = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
    let instructions = DeviceProgram(DevicePolicy(rules)).instructions
    do throws(GantryError) {
      let program = try retryingOnInterrupt("bpf", "BPF_PROG_LOAD") {
        gantry_bpf_load_device_program(instructions, UInt32(instructions.count))
      }
      let loaded = FileDescriptor(adopting: program)
      let former = Self.devicePrograms(of: cgroup)
      try retryingOnInterrupt("bpf", "BPF_PROG_ATTACH") {
        gantry_bpf_attach_device_program(cgroup.number, loaded.number)
      }
      for program in former { _ = gantry_bpf_detach_device_program(cgroup.number, program.number) }
    } catch {
      throw GantryError(
        .failedPrecondition,
        "the device rules of cgroup \(self.path) cannot be set (\(error.message)); "
          + "Gantry needs CAP_BPF or CAP_SYS_ADMIN and a kernel with CONFIG_CGROUP_BPF", cause: .error(error))
    }
  }

  private static func devicePrograms(of cgroup: FileDescriptor) -> [FileDescriptor] {
    var ids = [UInt32](repeating: 0, count: 64)
    var count = UInt32(ids.count)
    guard gantry_bpf_device_programs(cgroup.number, &ids, &count) == 0 else { return [] }
    return ids.prefix(Int(count)).compactMap { id in
      let number = gantry_bpf_program_by_id(id)
      return number >= 0 ? FileDescriptor(adopting: number) : nil
    }
  }
}

extension DeviceRule {
  /// The rule as devices.allow and devices.deny take it; kernels know no "any type" with a number.
  package var controllerLines: [String] {
    if isForAllDevices { return ["a"] }
    let numbers = "\(text(major)):\(text(minor))"
    return types.map { "\($0) \(numbers) \(access.isEmpty ? "rwm" : access)" }
  }

  private func text(_ value: Int64?) -> String { number(value).map(String.init) ?? "*" }
}
