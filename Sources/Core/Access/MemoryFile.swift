import CLinux
import Errors
import Linux

/// Files without a name that live in memory.
enum MemoryFile {
  static func create(_ name: String) throws(GantryError) -> FileDescriptor {
    FileDescriptor(adopting: try retryingOnInterrupt("memfd_create", name) { gantry_memfd_create(name) })
  }
}
