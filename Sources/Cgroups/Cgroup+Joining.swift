import Errors
import Glibc
import Linux

extension Cgroup {
  /// Descriptors by which a new process enters this cgroup.
  public struct Entrances: Sendable {
    /// The directory in the unified hierarchy, for CLONE_INTO_CGROUP.
    public let unified: FileDescriptor?

    /// v1 `tasks` files, open for writing: the single thread that writes "0" moves itself. Unlike
    /// `cgroup.procs` this does not wait for an RCU grace period in the kernel.
    public let tasks: [FileDescriptor]
  }

  /// - Throws: `.notFound` where the cgroup is gone.
  public func entrances() throws(GantryError) -> Entrances {
    var unified: FileDescriptor?
    var tasks: [FileDescriptor] = []
    for hierarchy in layout.hierarchies {
      let directory = hierarchy.directory(of: path)
      do throws(GantryError) {
        if hierarchy.isUnified {
          unified = try .open(directory.path, O_RDONLY | O_DIRECTORY)
        } else {
          tasks.append(try .open("\(directory.path)/tasks", O_WRONLY))
        }
      } catch  where error.errno == ENOENT && layout.kind != .v2 && hierarchy.isOptional {
        continue
      }
    }
    return Entrances(unified: unified, tasks: tasks)
  }
}

extension CgroupHierarchy {
  /// Whether a container does without this hierarchy when it cannot be written: it has no controllers.
  var isOptional: Bool { controllers.allSatisfy { $0.hasPrefix("name=") } }
}
