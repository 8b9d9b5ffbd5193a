import Cgroups

/// Runs a device program as the kernel would, over the instructions that it uses.
struct BPFMachine {
  private let program: DeviceProgram

  init(_ program: DeviceProgram) { self.program = program }

  func decides(_ question: DeviceProgramTests.Question) -> Bool? {
    let type: UInt64 = question.type == "b" ? 1 : 2
    let context = [UInt64(question.access.rawValue) << 16 | type, UInt64(question.major), UInt64(question.minor)]
    var registers = [UInt64](repeating: 0, count: 11)
    var position = 0
    while program.instructions.indices.contains(position) {
      let word = program.instructions[position]
      let destination = Int(word >> 8 & 15)
      let source = Int(word >> 12 & 15)
      let offset = Int(Int16(truncatingIfNeeded: word >> 16))
      let immediate = word >> 32
      position += 1
      switch word & 0xFF {
      case 0x61: registers[destination] = context[offset / 4]
      case 0x54: registers[destination] &= immediate
      case 0x74: registers[destination] >>= immediate
      case 0xBC: registers[destination] = registers[source]
      case 0xB7: registers[destination] = immediate
      case 0x15: if registers[destination] == immediate { position += offset }
      case 0x55: if registers[destination] != immediate { position += offset }
      case 0x5D: if registers[destination] != registers[source] { position += offset }
      case 0x95: return registers[0] == 1
      default: return nil
      }
    }
    return nil
  }
}
