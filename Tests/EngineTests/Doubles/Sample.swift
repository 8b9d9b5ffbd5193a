import Engine
import Messages

/// Records to test with.
enum Sample {
  static let imageID = "sha256:" + String(repeating: "3a", count: 32)

  static func record(
    id: String = HexID.random(), name: String = "plain", created: Moment = .now,
    lifecycle: ContainerLifecycle = .created(nil)
  ) -> ContainerRecord {
    ContainerRecord(
      id: id, name: name, imageID: imageID, created: created,
      settings: .init(
        image: "busybox",
        container: .init(
          id: id, args: ["sleep", "50"], env: ["PATH=/bin"], hostname: HexID.short(id), ipcMode: "private",
          shmSizeInBytes: 64 << 20),
        cmd: ["sleep", "50"], stopTimeout: -1, network: "default", labels: ["k": "v"], logDriver: "json-file"),
      lifecycle: lifecycle, restartCount: 0, endpoint: nil)
  }

  static func image(
    _ hex: String = "3a", names: [String] = [],
    settings: GantryWorkerV1.ImageConfig = .init(env: ["PATH=/bin"], cmd: ["/bin/sh"])
  ) -> ImageRecord {
    let id = "sha256:" + String(repeating: hex, count: 32)
    return ImageRecord(
      id: id, created: Moment(nanosecondsSince1970: 1), imported: Moment(nanosecondsSince1970: 2), size: 1985,
      description: .init(
        manifest: .init(digest: "sha256:" + String(repeating: "11", count: 32)), config: .init(digest: id),
        diffIds: ["sha256:" + String(repeating: "22", count: 32)], architecture: "amd64", os: "linux",
        settings: settings),
      chain: ["sha256:" + String(repeating: "22", count: 32)], names: names, lastTagged: nil)
  }
}
