import CLinux
import RuntimeSpec

extension NamespaceKind {
  /// The CLONE_NEW* flag of clone(2); 0 for a time namespace, which this launcher does not make.
  var flag: Int32 {
    switch self {
    case .mount: 0x0002_0000
    case .cgroup: 0x0200_0000
    case .uts: 0x0400_0000
    case .ipc: 0x0800_0000
    case .user: 0x1000_0000
    case .pid: 0x2000_0000
    case .network: 0x4000_0000
    case .time: 0
    }
  }
}
