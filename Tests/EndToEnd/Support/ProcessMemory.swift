import Foundation

/// What a process and all that it started take of the memory.
struct ProcessMemory {
  /// The sum of the proportional set sizes, in MiB: pages that several share count once.
  let mebibytes: Double
  let processes: Int

  init(ofFamilyOf ancestor: Int32) {
    var children: [Int32: [Int32]] = [:]
    for pid in ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(Int32.init) {
      // The fields behind the name, which is in parentheses and may hold anything: state, parent.
      let status = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
      guard let end = status.lastIndex(of: ")") else { continue }
      let fields = status[status.index(after: end)...].split(separator: " ")
      guard fields.count > 1, let parent = Int32(fields[1]) else { continue }
      children[parent, default: []].append(pid)
    }
    var family = [ancestor]
    var kibibytes = 0
    var position = 0
    while position < family.count {
      kibibytes += Self.proportionalSetSize(of: family[position])
      family += children[family[position]] ?? []
      position += 1
    }
    mebibytes = Double(kibibytes) / 1024
    processes = family.count
  }

  /// In KiB; 0 where the process has ended.
  private static func proportionalSetSize(of pid: Int32) -> Int {
    let table = (try? String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)) ?? ""
    let line = table.split(separator: "\n").first { $0.hasPrefix("Pss:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }
}
