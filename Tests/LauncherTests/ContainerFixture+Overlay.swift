import Glibc
import Launcher

extension ContainerFixture {
  /// An overlay whose layers each hold a file, over the fixture's root file system.
  func overlay(layers: Int) throws -> [RootfsMount] {
    var lowers = ["\(directory)/rootfs"]
    for layer in 1...layers {
      let path = "\(directory)/layer-with-a-rather-long-name-\(layer)"
      mkdir(path, 0o755)
      mkdir("\(path)/layers", 0o755)
      try write("\(layer)", "/layer-with-a-rather-long-name-\(layer)/layers/\(layer)")
      lowers.insert(path, at: 0)
    }
    mkdir("\(directory)/upper", 0o755)
    mkdir("\(directory)/work", 0o755)
    mkdir("\(directory)/root", 0o755)
    specification.root?.path = "\(directory)/root"
    let options = [
      "lowerdir=\(lowers.joined(separator: ":"))", "upperdir=\(directory)/upper", "workdir=\(directory)/work",
    ]
    return [RootfsMount(type: "overlay", source: "overlay", options: options)]
  }
}
