import CLinux
import Cgroups
import Errors
import Glibc
import Messages
import Version

/// The program `gantry-shim`, but for its `main`.
public enum ShimProgram {
  /// Runs as the arguments say; see `ShimArguments`.
  ///
  /// - Returns: the exit status.
  public static func run(_ arguments: [String]) -> Int32 {
    // Large blocks go back to the kernel when they are freed: there is one shim for every container.
    gantry_return_large_blocks(64 << 10)
    // What a careless starter left open goes neither to the shim that stays nor into a container.
    _ = gantry_close_on_exec_from(3)
    do throws(GantryError) {
      try perform(ShimArguments(parsing: arguments))
      return 0
    } catch {
      complain(error)
      return 1
    }
  }

  /// Serves in a process that was forked for it.
  ///
  /// - Returns: the exit status.
  static func serve(_ arguments: ShimArguments, layout: CgroupLayout?) -> Int32 {
    do throws(GantryError) {
      try ServeAction(arguments: arguments, layout: layout).run()
      return 0
    } catch {
      complain(error)
      return 1
    }
  }

  private static func perform(_ arguments: ShimArguments) throws(GantryError) {
    switch arguments.action {
    case .start: print(try StartAction(arguments: arguments).run())
    case .delete: put(DeleteAction(arguments: arguments).run().serialized())
    case .serve: try ServeAction(arguments: arguments).run()
    case .recover: try ServeAction(arguments: arguments).run()
    case .template: try TemplateAction(arguments: arguments).run()
    case .version:
      print("gantry-shim:\n  Version:  \(ProductVersion.number)\n  Revision: \(ProductVersion.commit)")
    case .information: put(information)
    }
  }

  private static var information: [UInt8] {
    ContainerdRuntimeBootstrapV1.RuntimeInfo(
      name: "gantry-shim", version: .init(version: ProductVersion.number, revision: ProductVersion.commit)
    ).serialized()
  }

  private static func put(_ bytes: [UInt8]) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      written += count
    }
  }

  /// A failing `start` is shown by containerd as it is written here.
  private static func complain(_ error: GantryError) {
    let line = Array("gantry-shim: \(error.message)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
