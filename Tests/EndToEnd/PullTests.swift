import Foundation
import Testing

/// Pulling from Debian's docker-registry.
@Suite(
  .serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"),
  .enabled(if: LocalRegistry.isInstalled, "docker-registry is not installed"))
struct PullTests {
  private static func busybox() throws -> String { "oci-archive:\(try TestImage.busybox())" }

  private func withRegistry(
    proxied: Bool = false, _ body: (TestEngine, LocalRegistry) throws -> Void
  ) throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("rmi", "busybox")
      try LocalRegistry.use(engine, proxied: proxied) { (registry) throws in try body(engine, registry) }
    }
  }

  @Test func anImageIsPulledToldAndRun() throws {
    try withRegistry { (engine, registry) throws in
      try registry.copy(try Self.busybox(), to: "tools/box:v1")
      let name = "\(registry.host)/tools/box:v1"
      let pulled = try engine.expect("pull", name)
      let lines = pulled.lines
      #expect(lines.first == "v1: Pulling from tools/box")
      #expect(lines.contains { $0.hasSuffix(": Pulling fs layer") })
      #expect(lines.contains { $0.hasSuffix(": Pull complete") })
      let digest = try #require(lines.first { $0.hasPrefix("Digest: ") }).dropFirst(8)
      let sum = try Command.run(["sha256sum"], input: try registry.manifest("tools/box:v1")).line.prefix(64)
      #expect(digest == "sha256:\(sum)")
      #expect(lines.suffix(2) == ["Status: Downloaded newer image for \(name)", name])
      #expect(try engine.expect("run", "--rm", "--network", "none", name, "echo", "hi").output == "hi\n")
      let digests = try engine.expect("image", "inspect", "-f", "{{json .RepoDigests}}", name).line
      #expect(digests == "[\"\(registry.host)/tools/box@\(digest)\"]")
      let again = try engine.expect("pull", name).lines
      #expect(
        again == ["v1: Pulling from tools/box", "Digest: \(digest)", "Status: Image is up to date for \(name)", name])
      #expect(try engine.expect("pull", "-q", name).output == "\(name)\n")
      let byDigest = "\(registry.host)/tools/box@\(digest)"
      #expect(
        try engine.expect("pull", byDigest).lines == [
          "\(byDigest): Pulling from tools/box", "Digest: \(digest)", "Status: Image is up to date for \(byDigest)",
          byDigest,
        ])
      try engine.expect("rmi", "-f", name)
      #expect(try engine.expect("content", "ls", "-q").lines == [])
    }
  }

  /// Set-user-id programs, hard links, device nodes, names in every script: a whole system in, out, up, down and run.
  @Test(.enabled(if: TestImage.debian != nil, "debootstrap made no Debian: GANTRY_DEBIAN names none"))
  func aDebianOfDebootstrapComesBackAsItWas() throws {
    let root = try #require(TestImage.debian)
    try withRegistry { (engine, registry) throws in
      let name = "\(registry.host)/debian:test"
      try engine.expect("import", "--change", "CMD [\"bash\"]", root, name)
      let list =
        "export LC_ALL=C; find . -xdev ! -path './.dockerenv' ! -path './etc/host*' ! -path './etc/resolv.conf' ! -path './etc/mtab' "
        + "! -path './dev/*' ! -path './proc/*' ! -path './sys/*' ! -type d -printf '%P %y %m %U %G %s %l %n %T@\\n' | sort"
      let place = "\(engine.scratch)/debian"
      let outside = try Command.run(
        ["bash", "-c", "mkdir '\(place)' && tar -C '\(place)' --xattrs -xpf '\(root)' && cd '\(place)' && \(list)"])
      #expect(outside.lines.count > 3000)
      for round in ["imported", "pulled"] {
        if round == "pulled" {
          try engine.expect("push", "-q", name)
          try engine.expect("rmi", name)
          #expect(try engine.expect("content", "ls", "-q").lines == [])
          try engine.expect("pull", "-q", name)
        }
        let inside = try engine.expect("run", "--rm", "--network", "none", name, "bash", "-c", "cd / && \(list)")
        let difference = Set(inside.lines).symmetricDifference(outside.lines).sorted()
        #expect(difference == [], "\(round)")
        let packages = try engine.expect("run", "--rm", "--network", "none", name, "dpkg", "--audit")
        #expect(packages.output == "" && packages.error == "")
        #expect(try engine.expect("run", "--rm", "--network", "none", "-u", "_apt", name, "id", "-un").line == "_apt")
      }
    }
  }

  @Test func whatIsOnlyFetchedIsUnpackedWhenItIsNeeded() throws {
    try withRegistry { (engine, registry) throws in
      let layers = "[\(LayeredImage.base), [('new', 'f', 'x')]]"
      try registry.copy(try LayeredImage.make(layers, in: engine.scratch), to: "box:latest")
      let name = "\(registry.host)/box:latest"
      let fetched = try engine.expect("content", "fetch", name)
      let digest = try engine.expect("image", "inspect", "-f", "{{index .RepoDigests 0}}", name).line.suffix(71)
      #expect(fetched.line == digest)
      #expect(fetched.error.contains(": Pull complete") && !fetched.error.contains("Extracting"))
      #expect(try engine.expect("snapshot", "ls").lines.count == 1)
      #expect(try engine.expect("content", "ls", "-q").lines.count == 4)
      #expect(try engine.expect("images", "--format", "{{.Size}}", name).line == "0B")
      #expect(try engine.expect("run", "--rm", "--network", "none", name, "/bin/busybox", "cat", "/new").output == "x")
      let size = try engine.expect("images", "--format", "{{.Size}}", name).line
      #expect(size != "0B")
      try engine.expect("rmi", name)
      try engine.expect("content", "fetch", name)
      try engine.expect("image", "unpack", name)
      #expect(try engine.expect("snapshot", "ls").lines.count == 3)
      #expect(try engine.expect("images", "--format", "{{.Size}}", name).line == size)
      try engine.expect("rmi", name)
      // A pull of what was fetched unpacks it, and loads nothing.
      try engine.expect("content", "fetch", name)
      let pulled = try engine.expect("pull", name)
      #expect(pulled.output.contains(": Pull complete"))
      #expect(try engine.expect("snapshot", "ls").lines.count == 3)
      #expect(try engine.expect("images", "--format", "{{.Size}}", name).line == size)
      try engine.expect("rmi", name)
      #expect(try engine.expect("content", "ls", "-q").lines == [])
    }
  }

  @Test func runPullsWhatIsMissingAndKeepsStandardOutputTheContainers() throws {
    try withRegistry { (engine, registry) throws in
      try registry.copy(try Self.busybox(), to: "box:latest")
      let name = "\(registry.host)/box"
      let ran = try engine.expect("run", "--rm", "--network", "none", name, "echo", "hi")
      #expect(ran.output == "hi\n")
      #expect(ran.error.hasPrefix("Unable to find image '\(name):latest' locally\nlatest: Pulling from box\n"))
      #expect(ran.error.contains("Status: Downloaded newer image for \(name):latest"))
      let always = try engine.expect("run", "--rm", "--pull", "always", "--network", "none", name, "true")
      #expect(always.error.contains("Image is up to date"))
      let never = try engine.gantry("run", "--rm", "--pull", "never", "\(registry.host)/other", "true")
      #expect(never.status == 125 && never.error.contains("No such image"))
      let missing = try engine.gantry("run", "--rm", "\(registry.host)/other", "true")
      #expect(missing.status == 125)
      #expect(missing.error.contains("manifest for \(registry.host)/other:latest not found"))
    }
  }

  @Test func aTagThatMovedLeavesItsOldImageWithoutOne() throws {
    try withRegistry { (engine, registry) throws in
      let name = "\(registry.host)/box:latest"
      try registry.copy(try Self.busybox(), to: "box:latest")
      try engine.expect("pull", name)
      let first = try engine.expect("images", "-q", "--no-trunc").line
      let layers = "[\(LayeredImage.base), [('new', 'f', 'x')]]"
      try registry.copy(try LayeredImage.make(layers, in: engine.scratch), to: "box:latest")
      #expect(try engine.expect("pull", name).output.contains("Downloaded newer image"))
      let rows = try engine.expect("images", "--no-trunc").lines.dropFirst()
      #expect(rows.count == 2)
      #expect(rows.contains { $0.contains(first) && $0.contains("<none>") })
      #expect(rows.contains { !$0.contains(first) && $0.contains("latest") })
    }
  }

  @Test func layersThatTakeAwayAndHideAreSeenAsTheyWereMeant() throws {
    try withRegistry { (engine, registry) throws in
      let layers = """
        [\(LayeredImage.base),
         [('a', 'd', ''), ('a/gone', 'f', 'x'), ('a/kept', 'f', 'x'), ('b', 'd', ''), ('b/hidden', 'f', 'x'),
          ('c', 'd', ''), ('c/deep', 'd', ''), ('c/deep/file', 'f', 'x'), ('real', 'd', ''), ('link', 's', 'real'),
          ('d', 'd', ''), ('d/old', 'f', 'x')],
         [('a', 'd', ''), ('a/.wh.gone', 'f', ''), ('b', 'd', ''), ('b/.wh..wh..opq', 'f', ''), ('b/new', 'f', 'x')],
         [('c/deep/more', 'f', 'x'), ('link/through', 'f', 'x'), ('hard', 'l', 'a/kept')],
         [('.wh.d', 'f', ''), ('d', 'd', ''), ('d/fresh', 'f', 'x')]]
        """
      for compression in ["gz", ""] {
        let name = "layers:v\(compression)"
        try registry.copy(
          try LayeredImage.make(layers, in: engine.scratch, compression: compression), to: name)
        let image = "\(registry.host)/\(name)"
        try engine.expect("pull", image)
        let seen = try engine.expect(
          "run", "--rm", "--network", "none", image, "/bin/busybox", "find", "/a", "/b", "/c", "/d", "/real", "/hard",
          "/link"
        ).lines.sorted()
        #expect(
          seen == [
            "/a", "/a/kept", "/b", "/b/new", "/c", "/c/deep", "/c/deep/file", "/c/deep/more", "/d", "/d/fresh",
            "/hard", "/link", "/real", "/real/through",
          ])
        try engine.expect("rmi", image)
      }
    }
  }

  @Test(arguments: ["overlay2", "vfs"])
  func everySnapshotterPullsManyLayers(_ driver: String) throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine) { (registry) throws in
        try engine.stop()
        try "{\"storage-driver\": \"\(driver)\", \"max-concurrent-downloads\": 2}".write(
          toFile: "\(engine.scratch)/daemon.json", atomically: true, encoding: .utf8)
        try engine.start()
        let more = (0..<12).map { "[('n\($0)', 'f', '\($0)'), ('last', 'f', '\($0)')]" }.joined(separator: ", ")
        try registry.copy(
          try LayeredImage.make("[\(LayeredImage.base), \(more)]", in: engine.scratch), to: "many:1")
        let name = "\(registry.host)/many:1"
        try engine.expect("pull", name)
        let shown = try engine.expect(
          "run", "--rm", "--network", "none", name, "/bin/busybox", "cat", "/n0", "/n11", "/last")
        #expect(shown.output == "01111")
        try engine.expect("rmi", name)
      }
    }
  }

  @Test func whatWasDownloadedBeforeTheConnectionBrokeIsNotDownloadedAgain() throws {
    try withRegistry(proxied: true) { (engine, registry) throws in
      let big = "[('big', 'f', __import__('random').Random(1).randbytes(8 << 20))]"
      try registry.copy(try LayeredImage.make("[\(LayeredImage.base), \(big)]", in: engine.scratch), to: "big:1")
      try registry.misbehave(#"[{"match": "GET .*/blobs/", "times": 40, "action": "cut", "at": 3000000}]"#)
      let name = "\(registry.host)/big:1"
      #expect(try engine.expect("pull", name).output.contains("Downloaded newer image"))
      #expect(try registry.requests().contains("bytes="))
    }
  }

  @Test(arguments: ["supervisor", "registry client", "content plugin", "interrupt"])
  func aPullThatWasKilledGoesOnWhereItEnded(_ victim: String) throws {
    try withRegistry(proxied: true) { (engine, registry) throws in
      let big = "[('big', 'f', __import__('random').Random(2).randbytes(8 << 20))]"
      try registry.copy(try LayeredImage.make("[\(LayeredImage.base), \(big)]", in: engine.scratch), to: "big:1")
      try registry.misbehave(
        #"[{"match": "GET .*/blobs/", "times": 9, "action": "stall", "at": 4000000, "seconds": 600}]"#)
      let name = "\(registry.host)/big:1"
      // A shell may have started the tests with the signal ignored.
      let pull = try Command(
        ["--default-signal=INT", engine.program, "pull", name], environment: engine.environment)
      try eventually("half of it is here") { try Self.ingested(engine) >= 3_000_000 }
      switch victim {
      case "supervisor": try engine.killSupervisor()
      case "registry client": try Self.kill("gantry-registry", of: engine)
      case "content plugin": try Self.kill("gantry-content-local", of: engine)
      default: pull.signal(SIGINT)
      }
      try registry.misbehave("[]")
      let ended = try pull.finish(within: 120)
      // A content plugin that dies in the middle costs nothing: the descriptor is as good as ever.
      if victim == "content plugin" { #expect(ended.status == 0) } else { #expect(ended.status != 0) }
      if victim == "supervisor" { try engine.start() }
      if victim == "interrupt" {
        try eventually("the transfer has stopped") { try Self.children("gantry-registry", of: engine).isEmpty }
        #expect(try engine.expect("snapshot", "ls").lines.count <= 1)
      }
      #expect(try engine.expect("pull", name).output.contains("Status: "))
      let sum = try engine.expect("run", "--rm", "--network", "none", name, "/bin/busybox", "wc", "-c", "/big").line
      #expect(sum.hasPrefix("8388608"))
      if victim != "content plugin" { #expect(try registry.requests().contains("bytes=")) }
    }
  }

  /// Bytes of ingests on the disk.
  private static func ingested(_ engine: TestEngine) throws -> Int {
    let root = "\(engine.scratch)/root/plugins/content-local/ingest"
    let listed = try Command.run(["sh", "-c", "cat \(root)/*/data 2>/dev/null | wc -c"])
    return Int(listed.line.trimmingCharacters(in: .whitespaces)) ?? 0
  }

  private static func children(_ name: String, of engine: TestEngine) throws -> [Int32] {
    guard let supervisor = engine.supervisor?.pid else { return [] }
    let found = try Command.run(["pgrep", "-P", String(supervisor), "-f", name])
    return found.lines.compactMap { Int32($0) }
  }

  private static func kill(_ name: String, of engine: TestEngine) throws {
    let found = try children(name, of: engine)
    #expect(!found.isEmpty)
    for process in found { Foundation.kill(process, SIGKILL) }
  }

  @Test func twoPullsOfOneImageShareTheWork() throws {
    try withRegistry(proxied: true) { (engine, registry) throws in
      let big = "[('big', 'f', __import__('random').Random(3).randbytes(4 << 20))]"
      try registry.copy(try LayeredImage.make("[\(LayeredImage.base), \(big)]", in: engine.scratch), to: "big:1")
      try registry.misbehave(
        #"[{"match": "GET .*/blobs/", "times": 9, "action": "delay", "seconds": 2}]"#)
      let pulls = try (0..<2).map { _ in try engine.begin("pull", "\(registry.host)/big:1") }
      for pull in pulls { #expect(try pull.finish().status == 0) }
      // Two layers and two configs: no layer came twice.
      let blobs = try registry.requests().components(separatedBy: "/blobs/").count - 1
      #expect(blobs <= 4)
    }
  }

  /// The same layers packed and plain: one image, whose layers are unpacked once and whose bytes are others.
  @Test func twoCompressionsOfOneImageArePulledAtOnce() throws {
    try withRegistry(proxied: true) { (engine, registry) throws in
      for (compression, tag) in [("gz", "packed"), ("", "plain")] {
        let layers = "[\(LayeredImage.base), [('f', 'f', 'x' * 100000)]]"
        try registry.copy(
          try LayeredImage.make(layers, in: engine.scratch, compression: compression), to: "one:\(tag)")
      }
      for _ in 0..<3 {
        try registry.misbehave(
          #"[{"match": "GET .*/blobs/", "times": 9, "action": "delay", "seconds": 1}]"#)
        let pulls = try ["packed", "plain"].map { try engine.begin("pull", "\(registry.host)/one:\($0)") }
        for pull in pulls {
          let result = try pull.finish()
          #expect(result.status == 0, "\(result)")
        }
        let names = ["packed", "plain"].map { "\(registry.host)/one:\($0)" }
        try engine.expect("save", "-o", "\(engine.scratch)/one.tar", names[0], names[1])
        try engine.expect("run", "--rm", "--network", "none", names[1], "/bin/busybox", "test", "-s", "/f")
        try engine.expect("rmi", "-f", names[0], names[1])
        #expect(try engine.expect("content", "ls", "-q").lines == [])
        #expect(try engine.expect("content", "ingests").lines.count == 1)
      }
    }
  }

  @Test func everyTagOfARepositoryComes() throws {
    try withRegistry { (engine, registry) throws in
      for tag in ["one", "two", "three"] { try registry.copy(try Self.busybox(), to: "box:\(tag)") }
      let name = "\(registry.host)/box"
      let pulled = try engine.expect("pull", "-a", name)
      #expect(pulled.lines.last == name)
      #expect(try engine.expect("images", name).lines.count == 4)
      let refused = try engine.gantry("pull", "-a", "\(name):one")
      #expect(refused.status == 1 && refused.error == "tag can't be used with --all-tags/-a\n")
    }
  }

  @Test func whatCannotBePulledIsToldInASentenceAndLeavesNothing() throws {
    try withRegistry(proxied: true) { (engine, registry) throws in
      let host = registry.host
      func refused(_ name: String, _ words: String, flags: [String] = []) throws {
        let result = try Command.run(
          [engine.program, "pull"] + flags + [name], environment: engine.environment, within: 120)
        #expect(result.status == 1, "\(result)")
        #expect(result.error.contains(words), "\(result)")
        #expect(try engine.expect("images", "-q").lines == [])
        #expect(try engine.expect("snapshot", "ls").lines.count <= 1)
        #expect(try engine.expect("content", "ls", "-q").lines == [])
      }
      try refused("\(host)/Capital", "repository name (Capital) must be lowercase")
      try refused("\(host)/missing", "manifest for \(host)/missing:latest not found")
      try registry.copy(try LayeredImage.make("[\(LayeredImage.base)]", in: engine.scratch), to: "box:1")
      try refused("\(host)/box:2", "manifest for \(host)/box:2 not found")
      try refused("\(host)/box@sha256:\(String(repeating: "0", count: 64))", "not found")
      try registry.misbehave(#"[{"match": "GET .*/blobs/", "times": 99, "action": "corrupt", "at": 500}]"#)
      try refused("\(host)/box:1", "digest")
      try registry.misbehave("[]")
      let noTar = try Self.layer("b'this is no tar' * 100", in: engine.scratch)
      try registry.copy(noTar, to: "notar:1")
      try refused("\(host)/notar:1", "not a tar archive")
      #expect(try engine.expect("pull", "\(host)/box:1").status == 0)
    }
  }

  /// An image whose one layer is these bytes.
  private static func layer(_ bytes: String, in directory: String) throws -> String {
    let source = try LayeredImage.make("[[]]", in: directory, compression: "")
    let layout = source.dropFirst(4).dropLast(3)
    let program = """
      import hashlib, json
      layout = "\(layout)"
      def path(digest): return layout + "/blobs/sha256/" + digest.split(":")[1]
      def put(data):
          digest = "sha256:" + hashlib.sha256(data).hexdigest()
          open(path(digest), "wb").write(data)
          return {"digest": digest, "size": len(data)}
      index = json.load(open(layout + "/index.json"))
      manifest = json.load(open(path(index["manifests"][0]["digest"])))
      config = json.load(open(path(manifest["config"]["digest"])))
      data = \(bytes)
      manifest["layers"][0].update(put(data))
      config["rootfs"]["diff_ids"] = ["sha256:" + hashlib.sha256(data).hexdigest()]
      manifest["config"].update(put(json.dumps(config).encode()))
      index["manifests"][0].update(put(json.dumps(manifest).encode()))
      json.dump(index, open(layout + "/index.json", "w"))
      """
    let made = try Command.run(["python3", "-c", program])
    guard made.status == 0 else { throw TestFailure("\(made)") }
    return source
  }

  @Test func aDiskThatFillsInMidPullIsToldAndThePullGoesOnWhenThereIsRoom() throws {
    try withRegistry { (engine, registry) throws in
      let big = "[('big', 'f', bytes(24 << 20))]"
      let noise = "[('noise', 'f', __import__('random').Random(4).randbytes(24 << 20))]"
      try registry.copy(
        try LayeredImage.make("[\(LayeredImage.base), \(big), \(noise)]", in: engine.scratch), to: "big:1")
      let script = """
        set -e
        mkdir -p '\(engine.scratch)/small' '\(engine.scratch)/run2'
        mount -t tmpfs -o size=40m none '\(engine.scratch)/small'
        exec '\(Privilege.tree ?? "")/bin/gantryd' --root '\(engine.scratch)/small/root' --run '\(engine.scratch)/run2' \
          --socket '\(engine.scratch)/run2/gantry.sock' --config '\(engine.scratch)/daemon.json'
        """
      let small = try Command(["unshare", "-m", "--propagation", "private", "sh", "-c", script])
      defer {
        small.signal(SIGTERM)
        _ = try? small.finish(within: 20)
      }
      let environment = ["GANTRY_HOST": "unix://\(engine.scratch)/run2/gantry.sock"]
      try eventually("the second supervisor answers") {
        try Command.run([engine.program, "version"], environment: environment).status == 0
      }
      let name = "\(registry.host)/big:1"
      let failed = try Command.run([engine.program, "pull", name], environment: environment, within: 120)
      #expect(failed.status == 1, "\(failed)")
      let words = failed.error.lowercased()
      #expect(words.contains("no space left on device") || words.contains("disk is full"), "\(failed)")
      #expect(words.contains("free some space"), "\(failed)")
      let images = try Command.run([engine.program, "images", "-q"], environment: environment)
      #expect(images.status == 0 && images.lines == [])
      // A full disk is as free as before: nothing of what came is kept.
      let kept = try Command.run([engine.program, "content", "ingests"], environment: environment)
      #expect(kept.status == 0 && kept.lines.count == 1, "\(kept)")
      let remount = try Command.run([
        "nsenter", "-t", String(small.pid), "-m", "mount", "-o", "remount,size=200m", "\(engine.scratch)/small",
      ])
      #expect(remount.status == 0, "\(remount)")
      let pulled = try Command.run([engine.program, "pull", name], environment: environment, within: 120)
      #expect(pulled.status == 0, "\(pulled)")
    }
  }
}
