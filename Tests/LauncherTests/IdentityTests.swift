import Errors
import Launcher
import RuntimeSpec
import Testing

extension ContainerTests {
  @Suite struct IdentityTests {
    @Test(arguments: [
      ("", "uid=0(root) gid=0(root) groups=0(root),29(audio)"),
      ("root", "uid=0(root) gid=0(root) groups=0(root),29(audio)"),
      ("alice", "uid=1000(alice) gid=1001(users) groups=29(audio),1001(users)"),
      ("1000", "uid=1000(alice) gid=1001(users) groups=29(audio),1001(users)"),
      ("alice:video", "uid=1000(alice) gid=44(video) groups=44(video)"),
      ("1234:44", "uid=1234 gid=44(video) groups=44(video)"),
      ("4321", "uid=4321 gid=0(root) groups=0(root)"),
    ])
    func aUserIsFoundInTheContainer(user: String, expected: String) throws {
      let fixture = try ContainerFixture(["id"])
      fixture.specification.annotations[Annotations.user] = user
      let output = try fixture.run().output
      #expect(Set(output.split { " ,\n".contains($0) }) == Set(expected.split { " ,".contains($0) }), "\(output)")
    }

    @Test func additionalGroupsAreAdded() throws {
      let fixture = try ContainerFixture(["id", "-G"])
      fixture.specification.annotations = [Annotations.user: "alice:users", Annotations.groups: "video,77"]
      #expect(Set(try fixture.run().output.split { " \n".contains($0) }) == ["1001", "44", "77"])
    }

    @Test(arguments: [
      ("nobody", "", "unable to find user nobody: no matching entries in passwd file"),
      ("alice:nogroup", "", "unable to find group nogroup: no matching entries in group file"),
      ("alice", "nogroup", "Unable to find group nogroup"),
      ("-1", "", "uids and gids must be in range 0-2147483647"),
      ("4294967296", "", "uids and gids must be in range 0-2147483647"),
    ])
    func anUnknownUserIsToldInDockersWords(user: String, groups: String, message: String) throws {
      let fixture = try ContainerFixture(["id"])
      fixture.specification.annotations = [Annotations.user: user, Annotations.groups: groups]
      let error = #expect(throws: GantryError.self) { try fixture.run() }
      #expect(error?.message == message)
      #expect(error?.code == .invalidArgument)
    }

    @Test func homeComesFromThePasswdFileUnlessItIsGiven() throws {
      let fixture = try ContainerFixture(["sh", "-c", "echo $HOME"])
      fixture.specification.annotations[Annotations.user] = "alice"
      #expect(try fixture.run().output == "/home/alice\n")
      fixture.specification.annotations[Annotations.user] = "999"
      #expect(try fixture.run().output == "/\n")
      fixture.specification.process?.env.append("HOME=/given")
      #expect(try fixture.run().output == "/given\n")
    }

    @Test func aPasswdFileThatIsADirectoryOrMissingLeavesNumbers() throws {
      let fixture = try ContainerFixture(["sh", "-c", "id -u; id -g"])
      fixture.specification.annotations[Annotations.user] = "12:34"
      fixture.specification.mounts.append(MountSpec(destination: "/etc", type: "tmpfs", source: "tmpfs"))
      #expect(try fixture.run().output == "12\n34\n")
    }

    @Test func theWorkingDirectoryIsMade() throws {
      let fixture = try ContainerFixture(["pwd"])
      fixture.specification.process?.cwd = "/made/for/it"
      #expect(try fixture.run().output == "/made/for/it\n")
    }

    @Test func aWorkingDirectoryThatIsAFileIsNamed() throws {
      let fixture = try ContainerFixture(["pwd"])
      fixture.specification.process?.cwd = "/etc/passwd"
      let error = #expect(throws: GantryError.self) { try fixture.run() }
      #expect(error?.message.contains("/etc/passwd") == true)
      #expect(error?.code == .invalidArgument)
    }
  }
}
