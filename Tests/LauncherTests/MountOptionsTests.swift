import Launcher
import RuntimeSpec
import Testing

@Suite struct MountOptionsTests {
  @Test func attributesAreSetAndCleared() {
    let options = MountOptions(["ro", "nosuid", "nodev", "noexec", "noatime"])
    #expect(options.own.set == 0x1F)
    #expect(options.own.clear == 0x70)
    #expect(options.data.isEmpty)
  }

  @Test func theLaterOptionWins() {
    #expect(MountOptions(["ro", "rw"]).own.set == 0)
    #expect(MountOptions(["ro", "rw"]).own.clear == 1)
    #expect(MountOptions(["rw", "ro"]).own.set == 1)
    #expect(MountOptions(["rw", "ro"]).own.clear == 0)
    #expect(MountOptions(["noatime", "strictatime"]).own.set == 0x20)
  }

  @Test func recursiveAttributesAreApart() {
    let options = MountOptions(["rbind", "rro", "rnosuid", "relatime"])
    #expect(options.isBind && options.isRecursive)
    #expect(options.tree.set == 3)
    #expect(options.own.set == 0)
  }

  @Test(arguments: [("private", 1 << 18, false), ("rslave", 1 << 19, true), ("rshared", 1 << 20, true)])
  func propagationIsRead(option: String, flag: UInt64, isRecursive: Bool) {
    let options = MountOptions([option])
    #expect(options.propagation == flag)
    #expect(options.propagatesRecursively == isRecursive)
  }

  @Test func theRestBelongsToTheFileSystem() {
    let options = MountOptions(["size=64k", "mode=1777", "tmpcopyup", "defaults", "userxattr", "lowerdir=/a=b:/c", ""])
    #expect(options.copiesUp)
    #expect(options.data.map(\.key) == ["size", "mode", "userxattr", "lowerdir"])
    #expect(options.data.map(\.value) == ["64k", "1777", nil, "/a=b:/c"])
  }

  @Test func capabilitiesAreBits() {
    #expect(CapabilityName.mask(["CAP_CHOWN", "CAP_KILL", "CAP_NOSUCH", "chown"]) == 0x21)
    #expect(CapabilityName.mask(CapabilityName.all) == (1 << 41) - 1)
  }
}
