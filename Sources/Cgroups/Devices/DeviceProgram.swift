/// The eBPF program that decides over devices under cgroup v2, which has no device files.
package struct DeviceProgram: Sendable, Equatable {
  /// `struct bpf_insn` as little-endian numbers.
  package let instructions: [UInt64]

  /// - Complexity: up to eight instructions an exception.
  package init(_ policy: DevicePolicy) {
    // struct bpf_cgroup_dev_ctx: access_type (access << 16 | type), major, minor; its address is in r1.
    var program: [BPFInstruction] = [
      .load(.r2, from: .r1, offset: 0),
      .and(.r2, 0xFFFF),
      .load(.r3, from: .r1, offset: 0),
      .shiftRight(.r3, 16),
      .load(.r4, from: .r1, offset: 4),
      .load(.r5, from: .r1, offset: 8),
    ]
    for exception in policy.exceptions {
      program += Self.block(exception.device, exception.access, allows: !policy.allowsByDefault)
    }
    program += [.move(.r0, policy.allowsByDefault ? 1 : 0), .exit]
    instructions = program.map(\.encoded)
  }

  private static func block(
    _ device: DevicePolicy.Device, _ access: DevicePolicy.Access, allows: Bool
  ) -> [BPFInstruction] {
    /// Tests that leave the block, with what must come before them.
    var tests: [BPFInstruction] = [.jumpUnlessEqual(.r2, device.type == "b" ? 1 : 2)]
    if access != .all {
      tests += [.copy(.r1, .r3), .and(.r1, access.rawValue)]
      // Leave is given where everything asked for is granted, refused where anything asked for is denied.
      tests.append(allows ? .jumpUnlessSame(.r1, .r3) : .jumpIfEqual(.r1, 0))
    }
    if let major = device.major { tests.append(.jumpUnlessEqual(.r4, Int32(truncatingIfNeeded: major))) }
    if let minor = device.minor { tests.append(.jumpUnlessEqual(.r5, Int32(truncatingIfNeeded: minor))) }
    let answer: [BPFInstruction] = [.move(.r0, allows ? 1 : 0), .exit]
    let end = tests.count + answer.count
    return tests.enumerated().map { index, test in
      test.isJump ? test.jumping(Int16(end - index - 1)) : test
    } + answer
  }
}
