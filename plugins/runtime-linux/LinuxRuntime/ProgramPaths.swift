import Errors
import Glibc

/// Where the programs are that a specification names.
public struct ProgramPaths: Sendable {
  /// The shim.
  public var shim: String
  /// Process 1 of containers with --init.
  public var initProgram: String

  public init(shim: String, initProgram: String) {
    self.shim = shim
    self.initProgram = initProgram
  }

  /// Of the installation whose `bin/gantryd` plays this plugin: in its `libexec/gantry`, or beside it, as built.
  public static func installed() -> ProgramPaths {
    let path = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let count = readlink("/proc/self/exe", start, buffer.count)
      return String(
        decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<max(count, 0)]), as: UTF8.self)
    }
    let own = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    let above = own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    func find(_ name: String) -> String {
      access("\(own)/\(name)", X_OK) == 0 ? "\(own)/\(name)" : "\(above)/libexec/gantry/\(name)"
    }
    return ProgramPaths(shim: find("gantry-shim"), initProgram: find("gantry-init"))
  }
}
