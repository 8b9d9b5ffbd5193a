import AsyncServices
import AsyncWire
import CLinux
import Errors
import Glibc
import Linux
import Messages
import Testing

@Suite(
  .enabled(if: getuid() == 0, "needs root: workers mount"),
  .enabled(if: WorkerProcess.program != nil, "gantryd is not built beside the tests"))
struct WorkerTreesTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.file(Array(Self.lister.utf8), "list.py")
    _ = try scratch.file(Array(Self.changes.utf8), "changes.sh")
  }

  /// Prints all that a layer keeps of the tree it is run in, times of directories left out.
  private static let lister = #"""
    import os, stat
    for directory, folders, files in sorted(os.walk(".")):
        for name in sorted(folders + files):
            path = os.path.join(directory, name)
            s = os.lstat(path)
            line = [path, oct(s.st_mode), s.st_uid, s.st_gid, s.st_rdev]
            if not stat.S_ISDIR(s.st_mode): line += [s.st_size, s.st_nlink, int(s.st_mtime)]
            if stat.S_ISLNK(s.st_mode): line.append(os.readlink(path))
            if stat.S_ISREG(s.st_mode): line += [(a, os.getxattr(path, a)) for a in sorted(os.listxattr(path))]
            print(*line)
    """#

  private static let changes = #"""
    set -eu
    echo x >> etc/group; rm etc/passwd; rm -r var/log; mkdir -p d/e; touch d/e/f; chmod 700 tmp; ln -s /a l
    rm -r opt/app; mkdir opt/app; echo 3 > opt/app/two; rm -r gone; echo file > gone; touch same/s
    mkfifo pipe; mknod null c 1 3; echo h > h1; ln h1 d/h2; dd if=/dev/zero of=sparse bs=1 count=0 seek=3000000 2>/dev/null
    echo end >> sparse; chown 12:34 d; touch -d @1000000000 d/e/f
    python3 -c 'import os; os.setxattr("h1", "security.capability", bytes([1,0,0,2,0,32]+[0]*14))'
    python3 -c 'import os; os.setxattr("sparse", "user.note", b"yes")' || true
    """#

  private func withTrees<Value>(_ body: (GantryWorkerV1.TreesClient) async throws -> Value) async throws -> Value {
    let worker = try WorkerProcess()
    let result: Result<Value, any Error>
    do { result = .success(try await body(.init(worker.connection))) } catch { result = .failure(error) }
    #expect(worker.end())
    return try result.get()
  }

  private func sh(_ script: String) -> Bool { Scratch.run(["sh", "-euc", "cd $0; \(script)", scratch.path]) == 0 }

  private func path(_ name: String) -> String { "\(scratch.path)/\(name)" }

  private var lower: ContainerdTypes.Mount { .init(type: "bind", source: path("lower"), options: ["ro", "rbind"]) }

  private func overlay(_ more: [String] = []) -> ContainerdTypes.Mount {
    .init(
      type: "overlay", source: "overlay",
      options: ["index=off"] + more + [
        "workdir=\(path("work"))", "upperdir=\(path("upper"))", "lowerdir=\(path("lower"))",
      ])
  }

  /// A tree, and what a container did to it through an overlay.
  private func makeTrees(_ script: String) -> Bool {
    sh(
      """
      mkdir lower upper work merged
      cd lower; mkdir -p etc var/log var/lib/deep opt/app tmp gone/sub same
      echo root > etc/passwd; echo wheel > etc/group; echo old > var/log/a; echo old > var/log/b
      echo 1 > opt/app/one; echo 2 > opt/app/two; ln opt/app/one opt/app/hard; echo x > gone/sub/x; echo s > same/s
      ln -s etc link; touch touched; chmod 755 .; cd ..
      unshare -m sh -euc 'mount -t overlay overlay -o index=off,lowerdir=lower,upperdir=upper,workdir=work merged
        cd merged; \(script)'
      """)
  }

  @Test func whatAContainerDidIsCountedAsDockerDoes() async throws {
    #expect(makeTrees("sh ../changes.sh"))
    let expected = [
      "A /d", "A /d/e", "A /d/e/f", "A /d/h2", "C /etc", "C /etc/group", "D /etc/passwd", "C /gone", "A /h1", "A /l",
      "A /null", "C /opt", "D /opt/app/hard", "D /opt/app/one", "C /opt/app", "C /opt/app/two", "A /pipe", "C /same",
      "C /same/s", "A /sparse", "C /tmp", "C /var", "D /var/log",
    ]
    let fast = try await compare([lower], [overlay()])
    #expect(Set(fast) == Set(expected))
    #expect(fast.count == expected.count)
    // Without knowing what is in the upper directory alone, it comes to the same.
    #expect(try await compare([lower], [overlay(["redirect_dir=on"])]) == fast)
    #expect(fast.firstIndex(of: "C /etc").map { $0 < (fast.firstIndex(of: "D /etc/passwd") ?? 0) } == true)
  }

  private func compare(
    _ lower: [ContainerdTypes.Mount], _ upper: [ContainerdTypes.Mount], ignoring: [String] = []
  ) async throws -> [String] {
    try await withTrees { trees in
      var lines: [String] = []
      for try await page in try await trees.compare(.init(lower: lower, upper: upper, ignored: ignoring)) {
        lines += page.changes.map { "\($0.kind == .added ? "A" : $0.kind == .deleted ? "D" : "C") \($0.path)" }
      }
      return lines
    }
  }

  @Test func mountPointsThatAreEmptyAreNoDifference() async throws {
    let links = "ln -s /proc/mounts etc/mtab; ln -s /etc/x etc/other"
    #expect(makeTrees("mkdir -p proc dev etc/x; touch etc/hosts; mkdir -p sys run/a; touch run/a/file; \(links)"))
    let ignored = ["/proc", "/dev", "/etc/hosts", "/etc/mtab", "/etc/other", "/sys/kernel", "/run/a"]
    #expect(
      try await compare([lower], [overlay()], ignoring: ignored)
        == ["C /etc", "A /etc/other", "A /etc/x", "A /run", "A /run/a", "A /run/a/file", "A /sys"])
  }

  @Test func treesWithoutAnythingBelowAreAllNew() async throws {
    #expect(sh("mkdir -p tree/a; touch tree/a/b"))
    let tree = ContainerdTypes.Mount(type: "bind", source: path("tree"), options: ["rw", "rbind"])
    #expect(try await compare([], [tree]) == ["A /a", "A /a/b"])
    #expect(try await compare([tree], [tree]) == [])
  }

  @Test(arguments: ["gzip", "zstd", "none"]) func aLayerTurnsTheTreeBelowIntoTheTreeAbove(compression: String)
    async throws
  {
    #expect(makeTrees("sh ../changes.sh"))
    let output = try FileDescriptor.open(path("layer"), O_RDWR | O_CREAT)
    let result = try await withTrees { trees in
      try await Self.result(
        trees.writeLayer(
          .init(lower: [lower], upper: [overlay()], compression: compression), options: .init(descriptors: [output])))
    }
    let blob = try #require(result?.blob)
    #expect(blob.digest == "sha256:" + (try hash("layer")))
    #expect(blob.size == Int64(try scratch.status("layer").st_size))
    #expect(sh("cp -a lower copy"))
    let worker = try WorkerProcess()
    let applied = try await worker.applyLayer(
      .init(
        mounts: [.init(type: "bind", source: path("copy"), options: ["rw", "rbind"])], diffId: result?.diffId ?? ""),
      blob: FileDescriptor.open(path("layer"), O_RDONLY))
    #expect(worker.end())
    #expect(applied?.diffId == result?.diffId)
    // Directories that were only read through keep their times: those of the copy are the lower tree's.
    #expect(
      sh(
        """
        (cd copy; python3 ../list.py > ../copied)
        unshare -m sh -euc 'mount -t overlay overlay -o index=off,lowerdir=lower,upperdir=upper,workdir=work merged
          cd merged; python3 ../list.py > ../wanted'
        diff copied wanted; grep -q capability copied; cmp copy/sparse upper/sparse
        """))
  }

  private static func result(
    _ events: InboundStream<GantryWorkerV1.WriteTreeEvent>
  ) async throws -> GantryWorkerV1.WriteTreeResult? {
    var result: GantryWorkerV1.WriteTreeResult?
    for try await event in events { if case .result(let value) = event.event { result = value } }
    return result
  }

  private func hash(_ name: String) throws -> String {
    #expect(sh("sha256sum \(name) | cut -c1-64 > sum"))
    return String(try scratch.read("sum").prefix(64))
  }

  @Test func theSameLayerIsTheSameBlobWhenItIsMadeAgain() async throws {
    #expect(sh("seq 100000 > plain"))
    var digests: Set<String> = []
    for name in ["one", "two"] {
      let output = try FileDescriptor.open(path(name), O_RDWR | O_CREAT)
      let result = try await withTrees { trees in
        try await Self.result(
          trees.compress(
            .init(), options: .init(descriptors: [FileDescriptor.open(path("plain"), O_RDONLY), output])))
      }
      #expect(result?.diffId == "sha256:" + (try hash("plain")))
      digests.insert(result?.blob?.digest ?? "")
      #expect(sh("gzip -dc < \(name) | cmp - plain; test $(stat -c %s \(name)) -lt 300000"))
      // No moment is in its header, or another second would make another blob.
      #expect(sh("test \"$(od -An -tx1 -j4 -N4 \(name))\" = ' 00 00 00 00'"))
    }
    #expect(digests == ["sha256:" + (try hash("one"))])
    let back = try FileDescriptor.open(path("back"), O_RDWR | O_CREAT)
    _ = try await withTrees { trees in
      try await Self.result(
        trees.compress(
          .init(compression: "none"), options: .init(descriptors: [FileDescriptor.open(path("one"), O_RDONLY), back])))
    }
    #expect(sh("cmp plain back"))
  }

  @Test func damagedDataAndUnknownCompressionsAreRefused() async throws {
    #expect(sh("seq 100000 | gzip | head -c 1000 > cut"))
    let output = try FileDescriptor.open(path("out"), O_RDWR | O_CREAT)
    for (compression, words) in [("gzip", "damaged or ends too early"), ("lzma", "known are gzip, zstd and none")] {
      let error = await #expect(throws: GantryError.self) {
        try await withTrees { trees in
          try await Self.result(
            trees.compress(
              .init(compression: compression),
              options: .init(descriptors: [FileDescriptor.open(path("cut"), O_RDONLY), output])))
        }
      }
      #expect(error?.message.contains(words) == true)
    }
  }

  @Test func anExportIsATarOfTheTreeSortedByPath() async throws {
    #expect(makeTrees("sh ../changes.sh"))
    let output = try FileDescriptor.open(path("export.tar"), O_WRONLY | O_CREAT)
    let result = try await withTrees { trees in
      try await Self.result(trees.export(.init(mounts: [overlay()]), options: .init(descriptors: [output])))
    }
    #expect((result?.size ?? 0) > 3_000_000)
    #expect(
      sh(
        """
        mkdir exported; tar -xpf export.tar -C exported --xattrs --xattrs-include='*' --numeric-owner
        (cd exported; python3 ../list.py > ../copied)
        unshare -m sh -euc 'mount -t overlay overlay -o index=off,lowerdir=lower,upperdir=upper,workdir=work merged
          cd merged; python3 ../list.py > ../wanted'
        diff copied wanted; grep -q capability copied
        """))
  }

  @Test func aPipeThatDoesNotBlockIsWaitedFor() async throws {
    #expect(sh("mkdir tree; seq 300000 > tree/file"))
    let (reader, ends) = try Self.pipe()
    let reading = Task.detached { () throws -> Int in
      try reader.readAll().count
    }
    try await export(to: ends)
    #expect(try await reading.value > 1_900_000)
  }

  /// Holds a pipe's end until it is taken.
  private final class Ends {
    private var end: FileDescriptor?
    init(_ end: FileDescriptor) { self.end = end }
    func take() -> [FileDescriptor] {
      defer { end = nil }
      return [end].compactMap(\.self)
    }
  }

  private static func pipe() throws -> (FileDescriptor, Ends) {
    let (reader, writer) = try FileDescriptor.pipe()
    try writer.setNonBlocking(true)
    return (reader, Ends(writer))
  }

  private func export(to ends: Ends) async throws {
    let tree = ContainerdTypes.Mount(type: "bind", source: path("tree"), options: ["rw", "rbind"])
    _ = try await withTrees { trees in
      try await Self.result(trees.export(.init(mounts: [tree]), options: .init(descriptors: ends.take())))
    }
  }
}
