import Errors

extension ControlDirectory {
  /// A new v1 cpuset has no processors and takes no process: it gets its parent's.
  func inheritProcessors() throws(GantryError) {
    guard let parent else { return }
    for file in ["cpuset.cpus", "cpuset.mems"] {
      let own = try read(file)
      guard own.allSatisfy(\.isWhitespace) else { continue }
      let inherited = try parent.read(file).split(separator: "\n").first ?? ""
      if !inherited.isEmpty { try write(file, String(inherited)) }
    }
  }
}
