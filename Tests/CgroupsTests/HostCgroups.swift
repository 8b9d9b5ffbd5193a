import Cgroups
import Glibc

/// What the host under the tests has.
enum HostCgroups {
  static let areWritable = getuid() == 0 && (try? CgroupLayout.detect()) != nil
}
