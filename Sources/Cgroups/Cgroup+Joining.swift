import Errors
import Glibc
import Linux

extension Cgroup {
  /// The directory in the unified hierarchy, for CLONE_INTO_CGROUP; nil under pure v1.
  ///
  /// - Throws: `.notFound` where the cgroup is gone.
  public func unifiedEntrance() throws(GantryError) -> FileDescriptor? {
    do throws(GantryError) {
      return try unifiedDirectory.map { directory throws(GantryError) in
        try FileDescriptor.open(directory.path, O_RDONLY | O_DIRECTORY)
      }
    } catch  where error.errno == ENOENT && layout.kind != .v2 {
      return nil
    }
  }

  /// The `tasks` files of the v1 hierarchies, open for writing: the single thread that writes "0" moves itself. Unlike
  /// `cgroup.procs` this does not wait for an RCU grace period in the kernel.
  ///
  /// - Throws: `.notFound` where the cgroup is gone.
  public func tasks() throws(GantryError) -> [FileDescriptor] {
    var tasks: [FileDescriptor] = []
    for hierarchy in layout.hierarchies where !hierarchy.isUnified {
      do throws(GantryError) {
        tasks.append(try .open("\(hierarchy.directory(of: path).path)/tasks", O_WRONLY))
      } catch  where error.errno == ENOENT && hierarchy.isOptional {
        continue
      }
    }
    return tasks
  }
}

extension CgroupHierarchy {
  /// Whether a container does without this hierarchy when it cannot be written: it has no controllers.
  var isOptional: Bool { controllers.allSatisfy { $0.hasPrefix("name=") } }
}
