import Engine
import JSON
import Testing

struct ImageInspectTests {
  @Test func membersComeInDockersOrder() {
    let json = ImageInspect.json(
      Sample.image(names: ["busybox:latest"]), storage: StorageDetails(driver: "overlay", mounts: []))
    #expect(
      json.object?.members.map(\.key) == [
        "Id", "RepoTags", "RepoDigests", "Parent", "Comment", "Created", "Container", "ContainerConfig",
        "DockerVersion", "Author", "Config", "Architecture", "Os", "Size", "VirtualSize", "GraphDriver", "RootFS",
        "Metadata",
      ])
    #expect(json["RepoTags"] == ["busybox:latest"] && json["RepoDigests"] == [])
    #expect(json["Config"]?["Cmd"] == ["/bin/sh"] && json["Config"]?["Entrypoint"] == .null)
    #expect(json["ContainerConfig"]?["Cmd"] == .null)
    #expect(json["Metadata"]?["LastTagTime"] == "0001-01-01T00:00:00Z")
  }

  @Test func whatDockerNotesOfTheContainerIsShown() {
    let image = Sample.image(
      settings: .init(
        attachStdout: true, tty: true, openStdin: true, hasStopTimeout: true, macAddress: "02:42:ac:11:00:02"))
    let config = ImageInspect.json(image, storage: StorageDetails(driver: "overlay", mounts: []))["Config"]
    #expect(config?["Tty"] == true && config?["OpenStdin"] == true && config?["StdinOnce"] == false)
    #expect(config?["AttachStdout"] == true && config?["AttachStdin"] == false)
    #expect(config?["StopTimeout"] == 0 && config?["MacAddress"] == "02:42:ac:11:00:02")
    #expect(
      config?.object?.members.map(\.key).suffix(5) == ["Entrypoint", "MacAddress", "OnBuild", "Labels", "StopTimeout"])
  }

  @Test func overlayMountsBecomeDirectories() {
    let details = StorageDetails(
      driver: "overlay",
      mounts: [
        .init(
          type: "overlay", source: "overlay", options: ["index=off", "workdir=/w", "upperdir=/u", "lowerdir=/b:/a"])
      ])
    #expect(details.json["Data"] == ["LowerDir": "/b:/a", "UpperDir": "/u", "WorkDir": "/w"])
  }
}
