import Engine
import Glibc
import Linux
import Messages
import Testing

struct RootSkeletonTests {
  @Test func itIsMadeOnceAndKept() throws {
    let scratch = try ScratchDirectory()
    let skeleton = RootSkeleton(scratch.file("skeleton"))
    try skeleton.create()
    #expect(unlink(scratch.file("skeleton/etc/mtab")) == 0)
    try skeleton.create()
    #expect(
      try Directory.names(in: scratch.file("skeleton/etc")) == ["hostname", "hosts", "mtab", "resolv.conf"])
    #expect(try Directory.names(in: scratch.file("skeleton")) == [".dockerenv", "dev", "etc", "proc", "sys"])
  }

  @Test func itLiesBelowAllLayersOfAnOverlayOnly() throws {
    let skeleton = RootSkeleton("/r/skeleton")
    let overlay = ContainerdTypes.Mount(
      type: "overlay", source: "overlay", options: ["index=off", "upperdir=/u", "lowerdir=/b:/a", "workdir=/w"])
    let bind = ContainerdTypes.Mount(type: "bind", source: "/n", options: ["rw", "rbind"])
    #expect(
      skeleton.lying(under: [overlay]).first?.options
        == ["index=off", "upperdir=/u", "lowerdir=/b:/a:/r/skeleton", "workdir=/w"])
    #expect(skeleton.lying(under: [bind]) == [bind])
  }
}
