import Errors
import Glibc
import Launcher
import Linux
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite struct MountTests {
    @Test func overlaysOfManyLayersMount() throws {
      let fixture = try ContainerFixture(["sh", "-c", "ls /layers | wc -l; echo new > /layers/1; cat /layers/1"])
      fixture.rootfs = try fixture.overlay(layers: 127)
      #expect(try fixture.run().output == "127\nnew\n")
      #expect(access("\(fixture.directory)/upper/layers/1", F_OK) == 0)
    }

    @Test func entriesOfTheRootAreMadeWhereNothingIs() throws {
      let fixture = try ContainerFixture([
        "sh", "-c", "stat -c %A /.new; readlink /deep/link; cat /etc/kept",
      ])
      try fixture.write("kept\n", "/rootfs/etc/kept")
      fixture.rootEntries = [
        .init(path: "/.new"), .init(path: "/deep/link", link: "/proc/mounts"), .init(path: "/etc/kept"),
        // No room: its directory is a file.
        .init(path: "/etc/passwd/x"),
      ]
      #expect(try fixture.run().output == "-rwxr-xr-x\n/proc/mounts\nkept\n")
    }

    @Test func anEntryOfTheRootDoesNotLeadOut() throws {
      let fixture = try ContainerFixture(["ls", "/outside"])
      let outside = "/tmp/\(fixture.id)-outside"
      mkdir(outside, 0o755)
      defer { rmdir(outside) }
      symlink(outside, "\(fixture.directory)/rootfs/etc/link")
      fixture.rootEntries = [.init(path: "/etc/link/mtab", link: "/proc/mounts")]
      _ = try fixture.run()
      #expect(access("\(outside)/mtab", F_OK) != 0)
      #expect(access("\(fixture.directory)/rootfs\(outside)", F_OK) == 0)
    }

    @Test func nothingOfAContainersMountsShowsOnTheHost() throws {
      let fixture = try ContainerFixture(["sleep", "60"])
      fixture.rootfs = try fixture.overlay(layers: 1)
      let (process, _) = try fixture.start()
      defer { process.abandon() }
      let mounts = String(decoding: try FileDescriptor.open("/proc/self/mountinfo", O_RDONLY).readAll(), as: UTF8.self)
      #expect(!mounts.contains(fixture.id))
    }

    @Test(arguments: [(["bind"], "0\n"), (["rbind", "ro"], "1\n"), (["rbind", "rro"], "1\n")])
    func bindMountsKeepTheirOptions(options: [String], expected: String) throws {
      let fixture = try ContainerFixture(["sh", "-c", "cat /mnt/in/file; touch /mnt/in/new 2>/dev/null; echo $?"])
      mkdir("\(fixture.directory)/source", 0o755)
      try fixture.write("data\n", "/source/file")
      fixture.specification.mounts.append(
        MountSpec(destination: "/mnt/in", type: "bind", source: "\(fixture.directory)/source", options: options))
      #expect(try fixture.run().output == "data\n" + expected)
    }

    @Test func aFileIsBoundOntoAFileThatIsMade() throws {
      let fixture = try ContainerFixture(["cat", "/etc/deep/resolv.conf"])
      try fixture.write("nameserver 1.2.3.4\n", "/resolv.conf")
      fixture.specification.mounts.append(
        MountSpec(
          destination: "/etc/deep/resolv.conf", type: "bind", source: "\(fixture.directory)/resolv.conf",
          options: ["ro"])
      )
      #expect(try fixture.run().output == "nameserver 1.2.3.4\n")
    }

    /// CVE-2021-30465 and its kin: a link in the image leads out of it.
    @Test(arguments: ["/escape", "../../../../../../../../escape"])
    func aSymbolicLinkDoesNotLeadAMountOut(prefix: String) throws {
      let fixture = try ContainerFixture(["sh", "-c", "cat /link/secret; ls /"])
      let outside = "/tmp/\(fixture.id)-outside"
      mkdir(outside, 0o755)
      defer { rmdir(outside) }
      let target = prefix.replacing("/escape", with: outside)
      symlink(target, "\(fixture.directory)/rootfs/link")
      mkdir("\(fixture.directory)/source", 0o755)
      try fixture.write("kept\n", "/source/secret")
      fixture.specification.mounts.append(
        MountSpec(destination: "/link", type: "bind", source: "\(fixture.directory)/source", options: ["rbind"]))
      let outcome = try fixture.run()
      #expect(outcome.output.hasPrefix("kept\n"), "\(outcome)")
      // The link's target was made inside the root; the directory outside stayed as it was.
      #expect(access("\(fixture.directory)/rootfs\(outside)", F_OK) == 0)
      #expect(rmdir(outside) == 0)
      mkdir(outside, 0o755)
    }

    @Test func aDanglingLinkToAFileIsFollowedInside() throws {
      let fixture = try ContainerFixture(["cat", "/etc/resolv.conf"])
      symlink("../run/systemd/resolv.conf", "\(fixture.directory)/rootfs/etc/resolv.conf")
      try fixture.write("inside\n", "/resolv.conf")
      fixture.specification.mounts.append(
        MountSpec(
          destination: "/etc/resolv.conf", type: "bind", source: "\(fixture.directory)/resolv.conf", options: []))
      #expect(try fixture.run().output == "inside\n")
    }

    @Test func aTmpfsCanStartWithACopyOfWhatItCovers() throws {
      let fixture = try ContainerFixture([
        "sh", "-c", "cat /tmp/deep/file; readlink /tmp/link; stat -c %a:%u /tmp/deep",
      ])
      mkdir("\(fixture.directory)/rootfs/tmp/deep", 0o700)
      chown("\(fixture.directory)/rootfs/tmp/deep", 5, 6)
      try fixture.write("copied\n", "/rootfs/tmp/deep/file")
      symlink("deep/file", "\(fixture.directory)/rootfs/tmp/link")
      fixture.specification.mounts.append(
        MountSpec(destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup", "ro"]))
      #expect(try fixture.run().output == "copied\ndeep/file\n700:5\n")
    }

    @Test func mountOptionsReachTheKernel() throws {
      let fixture = try ContainerFixture(["grep", "/data", "/proc/self/mountinfo"])
      fixture.specification.mounts.append(
        MountSpec(
          destination: "/data", type: "tmpfs", source: "tmpfs",
          options: ["nosuid", "nodev", "noexec", "noatime", "size=64k", "mode=711", "rshared"]))
      let output = try fixture.run().output
      for word in ["nosuid", "nodev", "noexec", "noatime", "size=64k", "mode=711", "shared:"] {
        #expect(output.contains(word), "\(word) is missing in \(output)")
      }
    }

    @Test(arguments: [
      (MountSpec(destination: "/x", type: "bind", source: "/no/such/place", options: ["rbind"]), "/no/such/place"),
      (MountSpec(destination: "/x", type: "nosuchfs", source: "x"), "nosuchfs"),
      (MountSpec(destination: "/x", type: "tmpfs", source: "x", options: ["nosuchoption=1"]), "/x"),
      (MountSpec(destination: "relative", type: "tmpfs", source: "x"), "relative"),
      (MountSpec(destination: "/etc/passwd", type: "bind", source: "/tmp", options: ["rbind"]), "/etc/passwd"),
    ])
    func aMountThatCannotBeIsNamed(mount: MountSpec, word: String) throws {
      let fixture = try ContainerFixture(["true"])
      fixture.specification.mounts.append(mount)
      let error = #expect(throws: GantryError.self) { try fixture.run() }
      #expect(error?.code == .invalidArgument, "\(error?.message ?? "")")
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }
  }
}
