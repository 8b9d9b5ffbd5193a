import Foundation
import Testing

/// What a person does with images that needs no registry: changes, layers, archives, removal.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct ImageStoreTests {
  /// What a container did is listed as Docker lists it, becomes an image, and that image's containers see it.
  @Test func aCommittedContainerIsAnImageThatHasItsChanges() throws {
    try TestEngine.use { (engine) throws in
      let script = """
        echo a > /a; rm /etc/passwd; echo x >> /etc/group; mkdir -p /d/e; touch /d/e/f; rm -r /var/log; chmod 700 /tmp
        ln -s /a /l
        """
      try engine.expect("run", "--name", "d1", "--network", "none", "-e", "OLD=1", "busybox", "sh", "-c", script)
      #expect(
        try engine.expect("diff", "d1").lines == [
          "A /a", "A /d", "A /d/e", "A /d/e/f", "C /etc", "C /etc/group", "D /etc/passwd", "A /l", "C /tmp", "C /var",
          "D /var/log",
        ])
      let id = try engine.expect(
        "commit", "-m", "added x", "-a", "Me <me@x>", "-c", "ENV A=b C=\"d e\"", "-c", "ENV OLD=0:$OLD", "-c",
        "CMD [\"cat\", \"/a\"]", "-c",
        "EXPOSE 80 53/udp", "-c", "LABEL k=v", "-c", "WORKDIR /d", "-c", "HEALTHCHECK --interval=5s CMD true", "d1",
        "made:1"
      ).line
      #expect(try engine.expect("images", "-q", "--no-trunc", "made").line == id)
      #expect(try engine.expect("run", "--rm", "--network", "none", "made:1").output == "a\n")
      let facts = try engine.expect(
        "inspect", "-f",
        "{{.Author}}|{{.Comment}}|{{.Parent}}|{{json .Config.Cmd}}|{{json .Config.ExposedPorts}}|{{.Config.WorkingDir}}",
        "made:1"
      ).line
      let environment = try engine.expect("inspect", "-f", "{{json .Config.Env}}", "made:1").line
      #expect(environment.contains("\"OLD=0:1\",") && environment.hasSuffix(",\"A=b\",\"C=d e\"]"))
      let base = try engine.expect("images", "-q", "--no-trunc", "busybox").line
      #expect(
        facts == "Me <me@x>|added x|\(base)|[\"cat\",\"/a\"]|{\"53/udp\":{},\"80/tcp\":{}}|/d")
      let seen = try engine.expect(
        "run", "--rm", "--network", "none", "made:1", "sh", "-c",
        "ls /etc/passwd /var/log 2>&1 | wc -l; stat -c %a /tmp; readlink /l; echo $A-$C; ls /d/e; tail -n 1 /etc/group")
      #expect(seen.lines == ["2", "700", "/a", "b-d e", "f", "x"])
      let history = try engine.expect(
        "history", "--no-trunc", "--format", "{{.ID}}|{{.CreatedBy}}|{{.Comment}}", "made:1")
      #expect(
        history.lines.first == "\(id)|sh -c \(script.replacingOccurrences(of: "\n", with: " "))|added x"
          || history.lines.first?.hasPrefix("\(id)|sh -c echo a > /a;") == true)
      #expect(try engine.expect("run", "--rm", "--network", "none", "made:1", "true").status == 0)
      #expect(try engine.expect("create", "--name", "fresh", "made:1", "true").status == 0)
      #expect(try engine.expect("diff", "fresh").output.isEmpty)
    }
  }

  @Test func whatIsForBuildsStaysWithTheImageAndACommandCanBeTakenAway() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("create", "--name", "c1", "busybox")
      try engine.expect(
        "commit", "-c", "ONBUILD RUN true", "-c", "ENTRYPOINT [\"echo\"]", "-c", "CMD [\"a\"]", "c1", "base:1")
      let format = "{{json .Config.OnBuild}} {{json .Config.Entrypoint}} {{json .Config.Cmd}}"
      #expect(try engine.expect("inspect", "-f", format, "base:1").line == #"["RUN true"] ["echo"] ["a"]"#)
      try engine.expect("create", "--name", "c2", "base:1")
      for (changes, result) in [
        ([], #"null ["echo"] ["a"]"#),
        (["CMD []"], #"null ["echo"] null"#),
        (["ENTRYPOINT [\"cat\"]"], #"null ["cat"] null"#),
        (["CMD [\"b\"]", "ENTRYPOINT [\"cat\"]"], #"null ["cat"] ["b"]"#),
        (["ENTRYPOINT []"], #"null null ["a"]"#),
      ] {
        let flags = changes.flatMap { ["-c", $0] }
        let committed = try Command.run(
          [engine.program, "commit"] + flags + ["c2"], environment: engine.environment)
        #expect(try engine.expect("inspect", "-f", format, committed.line).line == result)
      }
    }
  }

  @Test func anImageThatNamesNoSystemIsOneOfThisOnes() throws {
    try TestEngine.use { (engine) throws in
      let file = "\(engine.scratch)/nameless.tar"
      let program = """
        import hashlib, io, json, tarfile
        config = json.dumps({"architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []}}).encode()
        manifest = json.dumps([{"Config": "c.json", "RepoTags": ["nameless:1"], "Layers": []}]).encode()
        with tarfile.open("\(file)", "w") as tar:
            for name, data in (("c.json", config), ("manifest.json", manifest)):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        """
      let made = try Command.run(["python3", "-c", program])
      #expect(made.status == 0, "\(made)")
      try engine.expect("load", "-qi", file)
      let format = "{{.Os}} {{json .RootFS}}"
      #expect(try engine.expect("inspect", "-f", format, "nameless:1").line == #"linux {"Type":"layers"}"#)
      #expect(try engine.expect("create", "nameless:1", "x").error.isEmpty)
      try engine.expect("save", "--platform", "linux/amd64", "-o", "\(file).saved", "nameless:1")
    }
  }

  @Test func layersThatAContainerHeldGoWithIt() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("create", "--name", "one", "--network", "none", "busybox", "sh")
      try engine.expect("create", "--name", "two", "--network", "none", "busybox", "sh")
      try engine.expect("rmi", "-f", "busybox")
      try engine.expect("rm", "one")
      #expect(try engine.expect("snapshot", "ls").lines.count > 2)
      try engine.expect("rm", "two")
      #expect(try engine.expect("snapshot", "ls").lines.count == 1)
    }
  }

  @Test func aLoadWhoseClientIsGoneLeavesNothing() throws {
    try TestEngine.use { (engine) throws in
      let layers = (0..<6).map { "[('f\($0)', 'f', __import__('random').Random(\($0)).randbytes(6 << 20))]" }
      let source = try LayeredImage.make("[\(layers.joined(separator: ","))]", in: engine.scratch)
      let file = "\(engine.scratch)/big.tar"
      let layout = source.dropFirst(4).dropLast(3)
      #expect(try Command.run(["tar", "-C", "\(layout)", "-cf", file, "."]).status == 0)
      let before = try engine.expect("snapshot", "ls").lines
      try engine.stop()
      try engine.start(environment: ["GANTRY_FAILPOINTS": "import.unpacked=delay:60000"])
      let load = try engine.begin("load", "-i", file)
      try eventually("all is unpacked") { try engine.expect("snapshot", "ls").lines.count == before.count + 6 }
      load.signal(SIGKILL)
      _ = try load.finish()
      try eventually("what came is gone") { try engine.expect("snapshot", "ls").lines == before }
      try eventually("the lease is gone") { try engine.expect("lease", "ls", "-q").lines == [] }
    }
  }

  @Test func whatIsNoObjectDoesNotHideTheOthers() throws {
    try TestEngine.use { (engine) throws in
      for (arguments, words) in [
        (["inspect"], "Error: No such object: Bad"),
        (["image", "inspect"], "Error response from daemon: invalid reference format"),
      ] {
        let result = try Command.run(
          [engine.program] + arguments + ["-f", "{{.Os}}", "Bad", "busybox"], environment: engine.environment)
        #expect(result.status == 1 && result.output == "linux\n", "\(result)")
        #expect(result.error.hasPrefix(words), "\(result)")
      }
    }
  }

  @Test func anArchiveDoesNotTakeALinksPlace() throws {
    try TestEngine.use { (engine) throws in
      let link = "\(engine.scratch)/link"
      #expect(symlink("\(engine.scratch)/target", link) == 0)
      let result = try engine.gantry("save", "-o", link, "busybox")
      #expect(result.status == 1)
      #expect(result.error == "failed to save image: cannot write to a symbolic link directly\n")
      #expect(try Command.run(["readlink", link]).line == "\(engine.scratch)/target")
    }
  }

  @Test func anImageHasTheWholeConfigOfTheContainerItWasMadeOf() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("create", "--name", "c1", "-t", "-e", "A=b", "-w", "/w", "--hostname", "h", "busybox", "sh")
      try engine.expect("commit", "c1", "whole:1")
      try engine.expect("commit", "-c", "WORKDIR x", "-c", "USER me", "c1", "changed:1")
      func config(_ name: String) throws -> NSDictionary {
        let document = try JSONSerialization.jsonObject(with: Data(engine.expect("inspect", name).output.utf8))
        return try #require((document as? [[String: Any]])?.first?["Config"] as? NSDictionary)
      }
      #expect(try config("c1") == config("whole:1"))
      for fact in ["\"Hostname\": \"h\"", "\"Image\": \"busybox\"", "\"Labels\": {}", "\"Volumes\": null"] {
        #expect(try engine.expect("inspect", "whole:1").output.contains(fact), "\(fact)")
      }
      #expect(
        try engine.expect("inspect", "-f", "{{.Config.WorkingDir}} {{.Config.User}} {{.Config.Env}}", "changed:1").line
          .hasPrefix("/w/x me [A=b"))
    }
  }

  @Test func aRunningContainerIsPausedForItsCommitAndGoesOn() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "busy", "--network", "none", "busybox", "sh", "-c",
        "i=0; while :; do i=$((i+1)); echo $i > /n; echo $i >> /all; done")
      try eventually("it counts") { try engine.gantry("exec", "busy", "grep", "-q", "^2$", "/all").status == 0 }
      for flag in ["--pause=true", "--pause=false"] {
        let id = try engine.expect("commit", flag, "busy").line
        #expect(try engine.expect("ps", "--format", "{{.Status}}").line.hasPrefix("Up"))
        #expect(try engine.expect("ps", "--format", "{{.Status}}").line.contains("Paused") == false)
        let numbers = try engine.expect(
          "run", "--rm", "--network", "none", id, "sh", "-c", "tail -n 2 /all | head -n 1")
        #expect(Int(numbers.line) != nil, "\(numbers)")
      }
    }
  }

  /// One archive, and every program that reads images finds in it what we put there.
  @Test func whatIsSavedOthersLoad() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "--name", "c1", "--network", "none", "busybox", "sh", "-c", "echo new > /new")
      try engine.expect("commit", "c1", "changed:2")
      try engine.expect("tag", "changed:2", "localhost:5000/other/name:v3")
      let place = engine.scratch
      let file = "\(place)/saved.tar"
      try engine.expect("save", "-o", file, "busybox", "changed:2", "localhost:5000/other/name:v3")
      let piped = try Command.run(
        ["sh", "-c", "'\(engine.program)' save busybox changed:2 localhost:5000/other/name:v3 | cmp - \(file)"],
        environment: engine.environment)
      #expect(piped.status == 0, "the same images are the same bytes: \(piped)")
      let ids = try ["busybox", "changed:2"].map { try engine.expect("images", "-q", "--no-trunc", $0).line }
      if Privilege.has("skopeo") {
        for (source, id) in [
          ("docker-archive:\(file):changed:2", ids[1]), ("oci-archive:\(file):2", ids[1]),
          ("docker-archive:\(file):busybox:latest", ids[0]),
        ] {
          let raw = try Command.run(["sh", "-c", "skopeo inspect --raw --config \(source) | sha256sum | cut -c1-64"])
          #expect("sha256:\(raw.line)" == id, "\(source)")
        }
      }
      if Privilege.has("podman") {
        let podman = "podman --root \(place)/pr --runroot \(place)/prr --storage-driver vfs --log-level error"
        let load = try Command.run(
          ["sh", "-c", "\(podman) load -q -i \(file); \(podman) images -q --no-trunc"], within: 120)
        #expect(ids.allSatisfy(load.output.contains), "\(load)")
      }
      // And it comes back, with what was made from what.
      try engine.expect("rm", "c1")
      try engine.expect("rmi", "busybox", "changed:2", "localhost:5000/other/name:v3")
      #expect(try engine.expect("images", "-aq").output.isEmpty)
      // Where Docker's media types came in, OCI's go out: readers of layouts need not know others.
      let docker = "\(place)/docker.tar"
      let reloaded = try Command.run(
        [
          "sh", "-c",
          "skopeo copy -q docker-archive:\(file):changed:2 docker-archive:\(docker):again:1 && '\(engine.program)' load -qi \(docker) && '\(engine.program)' save -o \(docker).oci again:1",
        ], environment: engine.environment)
      if Privilege.has("skopeo") { #expect(reloaded.status == 0, "\(reloaded)") }
      if Privilege.has("skopeo"), Privilege.has("umoci") {
        let unpacked = try Command.run([
          "sh", "-c",
          "mkdir \(place)/oci && tar -C \(place)/oci -xf \(docker).oci && umoci unpack --image \(place)/oci:1 \(place)/bundle && cat \(place)/bundle/rootfs/new",
        ])
        #expect(unpacked.line == "new", "\(unpacked)")
        let raw = try Command.run(["sh", "-c", "skopeo inspect --raw --config oci:\(place)/oci:1 | sha256sum"])
        #expect("sha256:\(raw.line.prefix(64))" == ids[1])
        try engine.expect("rmi", "again:1")
      }
      #expect(
        Set(try engine.expect("load", "-q", "-i", file).lines) == [
          "Loaded image: busybox:latest", "Loaded image: changed:2", "Loaded image: localhost:5000/other/name:v3",
        ])
      #expect(try engine.expect("images", "-q", "--no-trunc", "changed").line == ids[1])
      #expect(try engine.expect("inspect", "-f", "{{.Parent}}", "changed:2").line == ids[0])
      #expect(try engine.expect("history", "-q", "--no-trunc", "changed:2").lines == [ids[1], ids[0]])
      #expect(try engine.expect("run", "--rm", "--network", "none", "changed:2", "cat", "/new").output == "new\n")
    }
  }

  @Test func anEmptyArchiveIsImportedAsAnEmptyImage() throws {
    try TestEngine.use { (engine) throws in
      let empty = "\(engine.scratch)/empty.tar"
      #expect(try Command.run(["tar", "-cf", empty, "-T", "/dev/null"]).status == 0)
      for (name, id) in [
        ("empty:1", try engine.expect("import", "-c", "CMD [\"/x\"]", empty, "empty:1").line),
        ("empty:2", try engine.expect("image", "import", "-", "empty:2", input: []).line),
      ] {
        #expect(id.hasPrefix("sha256:"))
        #expect(try engine.expect("image", "inspect", "-f", "{{.Id}} {{.Size}}", name).line == "\(id) 0")
      }
      try engine.expect("create", "--name", "user", "empty:1")
      try engine.expect("rm", "user")
      #expect(try engine.gantry("load", "-i", empty).status == 1)
    }
  }

  @Test func namesMoveAndImagesWithoutNamesArePruned() throws {
    try TestEngine.use { (engine) throws in
      let tar = "\(engine.scratch)/root.tar"
      #expect(
        try Command.run(["sh", "-c", "mkdir -p \(tar).d && echo 1 > \(tar).d/f && tar -C \(tar).d -cf \(tar) ."]).status
          == 0)
      let first = try engine.expect("import", "-m", "my msg", "-c", "CMD [\"x\"]", "-c", "LABEL a=b", tar, "imp:1").line
      #expect(first.hasPrefix("sha256:"))
      #expect(try engine.expect("history", "--format", "{{.Comment}}", "imp:1").line == "my msg")
      let second = try engine.expect("import", "\(tar).d", "imp:1").line
      #expect(try engine.expect("images", "-q", "--no-trunc", "-f", "dangling=true").lines == [first])
      #expect(
        try engine.expect("images", "--no-trunc", "--format", "{{.Repository}} {{.Tag}} {{.ID}}", "imp").lines == [
          "imp 1 \(second)"
        ])
      #expect(
        try engine.expect("image", "prune", "-f", "--filter", "label!=a=b").output == "Total reclaimed space: 0B\n")
      #expect(try engine.expect("image", "prune", input: Array("n\n".utf8)).output.contains("Deleted") == false)
      let pruned = try engine.expect("image", "prune", input: Array("y\n".utf8)).output
      #expect(
        pruned.contains("WARNING! This will remove all dangling images.\nAre you sure you want to continue? [y/N] "))
      #expect(pruned.contains("Deleted Images:\ndeleted: \(first)\n"))
      #expect(pruned.contains("\n\nTotal reclaimed space: "))
      try engine.expect("create", "--name", "user", "imp:1", "/f")
      let all = try engine.expect("image", "prune", "-af").output
      #expect(all.contains("untagged: busybox:latest\n") && !all.contains(second))
      #expect(try engine.gantry("rmi", "imp:1").error.contains("(must force) - container"))
      try engine.expect("rm", "user")
      let removed = try engine.expect("rmi", "imp:1").lines
      #expect(removed.count == 3 && removed[0] == "Untagged: imp:1" && removed[1] == "Deleted: \(second)")
      #expect(try engine.expect("content", "ls", "-q").output.isEmpty)
      #expect(try engine.expect("snapshot", "ls").lines.count == 1)
    }
  }

  @Test func exportsAreWhatTheContainerSees() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "--name", "x1", "--network", "none", "busybox", "sh", "-c", "echo 1 > /one; ln /one /two")
      let place = "\(engine.scratch)/exported"
      try engine.expect("export", "-o", "\(place).tar", "x1")
      let list = try Command.run([
        "sh", "-c",
        "mkdir \(place) && tar -xf \(place).tar -C \(place) && stat -c '%h %s' \(place)/two && cmp \(place)/bin/busybox /bin/busybox",
      ])
      #expect(list.status == 0 && list.line == "2 2", "\(list)")
      #expect(try engine.expect("import", "-q", "\(place).tar", "back:1").status == 0)
      #expect(
        try engine.expect("run", "--rm", "--network", "none", "back:1", "/bin/busybox", "cat", "/one").output == "1\n")
    }
  }

  @Test(arguments: [
    (["save", "nosuch", "-o", "SCRATCH/x.tar"], "Error response from daemon: No such image: nosuch"),
    (
      ["save", "busybox", "-o", "/nosuch/x.tar"],
      "failed to save image: invalid output path: stat /nosuch: no such file or directory"
    ),
    (["save", "BIG", "-o", "SCRATCH/x.tar"], "must be lowercase"),
    (["tag", "busybox", "BIG"], "must be lowercase"),
    (["load", "-i", "/bin/busybox"], "it is not a tar archive"),
    (["load", "-i", "/nosuch"], "open /nosuch: no such file or directory"),
    (["import", "/nosuch"], "open /nosuch: no such file or directory"),
    (["import", "-c", "FOO bar", "/bin/busybox"], "Error response from daemon: foo is not a valid change command"),
    (["import", "-c", "STOPSIGNAL BOGUS", "/bin/busybox"], "Error response from daemon: Invalid signal: BOGUS"),
    (["commit", "nosuch"], "Error response from daemon: No such container: nosuch"),
    (["export", "-o", "SCRATCH/x.tar", "nosuch"], "Error response from daemon: No such container: nosuch"),
    (["diff", "nosuch"], "Error response from daemon: No such container: nosuch"),
    (["history", "nosuch"], "Error response from daemon: No such image: nosuch:latest"),
    (["rmi", "nosuch"], "Error response from daemon: No such image: nosuch:latest"),
    (["images", "-f", "bogus=1"], "Error response from daemon: Invalid filter 'bogus'"),
    (["images", "-f", "dangling=maybe"], "Error response from daemon: Invalid filter 'dangling=[maybe]'"),
    (["images", "-f", "since=nosuch"], "Error response from daemon: No such image: nosuch:latest"),
  ])
  func whatCannotBeGetsItsSentenceAndLeavesNothing(_ arguments: [String], _ sentence: String) throws {
    try TestEngine.use { (engine) throws in
      let words = arguments.map { $0.replacingOccurrences(of: "SCRATCH", with: engine.scratch) }
      let result = try Command.run([engine.program] + words, environment: engine.environment)
      #expect(result.status == 1 && result.error.contains(sentence), "\(result)")
      #expect(!FileManager.default.fileExists(atPath: "\(engine.scratch)/x.tar"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(engine.scratch)/root/tmp").isEmpty)
    }
  }

  @Test func aFullDiskEndsASaveAndALoadWithASentence() throws {
    try TestEngine.use { (engine) throws in
      let small = "\(engine.scratch)/small"
      let mounted = try Command.run(["sh", "-c", "mkdir \(small) && mount -t tmpfs -o size=512k tmpfs \(small)"])
      #expect(mounted.status == 0, "\(mounted)")
      defer { _ = try? Command.run(["umount", small]) }
      let save = try engine.gantry("save", "-o", "\(small)/x.tar", "busybox")
      #expect(save.status == 1 && save.error.lowercased().contains("no space left on device"), "\(save)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: small).isEmpty)
    }
  }

  @Test func leasesKeepWhatNobodyElseNeeds() throws {
    try TestEngine.use { (engine) throws in
      let blobs = try engine.expect("content", "ls", "-q").lines
      let lease = try engine.expect("lease", "create", "--expires", "0", "--content", blobs[0], "--id", "mine").line
      #expect(lease == "mine")
      try engine.expect("rmi", "busybox")
      #expect(try engine.expect("content", "ls", "-q").lines == [blobs[0]])
      #expect(try engine.expect("gc").output == "Total reclaimed space: 0B\n")
      try engine.killSupervisor()
      try engine.start()
      #expect(try engine.expect("content", "ls", "-q").lines == [blobs[0]])
      try engine.expect("lease", "rm", "mine")
      #expect(try engine.expect("content", "ls", "-q").output.isEmpty)
      try engine.expect("lease", "create", "--expires", "1ms", "--id", "brief")
      try engine.expect("gc")
      #expect(try engine.expect("lease", "ls", "-q").output.isEmpty)
      #expect(try engine.gantry("lease", "rm", "brief").error.contains("No such lease: brief"))
    }
  }

  @Test func aLeaseHoldsSnapshotsAndIsNotLeftWhereItCannot() throws {
    try TestEngine.use { (engine) throws in
      let list = try engine.expect("snapshot", "ls").lines
      let key = String(list[1].prefix { $0 != " " })
      let lease = try engine.expect("lease", "create", "--snapshot", key).line
      try engine.expect("rmi", "busybox")
      #expect(try engine.expect("snapshot", "ls").lines == list)
      // Ids abbreviate.
      #expect(try engine.expect("lease", "rm", String(lease.prefix(12))).line == lease)
      #expect(try engine.expect("snapshot", "ls").lines.count == 1)
      #expect(try engine.gantry("lease", "create", "--snapshot", "nope").error.contains("nope does not exist"))
      #expect(try engine.gantry("lease", "create", "--content", "nope").error.contains("is not a digest"))
      #expect(try engine.expect("lease", "ls", "-q").output.isEmpty)
    }
  }

  @Test func aSnapshotterIsAskedByItsName() throws {
    try TestEngine.use { (engine) throws in
      #expect(try engine.expect("snapshot", "ls", "--snapshotter", "overlay").lines.count == 2)
      #expect(try engine.expect("snapshot", "ls", "--snapshotter", "native").lines.count == 1)
      let refused = try engine.gantry("snapshot", "ls", "--snapshotter", "nope")
      #expect(refused.status == 1)
      #expect(refused.error.contains("no snapshotter plugin \"nope\""))
    }
  }

  @Test func whatDiffersBetweenSnapshotsIsListedOrWrittenAsALayer() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "--name", "writer", "--network", "none", "busybox", "sh", "-c", "echo new > /made; rm /bin/ls")
      let rows = try engine.expect("snapshot", "ls").lines.dropFirst().map {
        $0.split(separator: " ").map(String.init)
      }
      let active = try #require(rows.first { $0.last == "Active" })
      let (key, parent) = (active[0], active[1])
      let changes = try engine.expect("snapshot", "diff", key).lines
      #expect(changes.contains("A /made"))
      #expect(changes.contains("D /bin/ls"))
      #expect(try engine.expect("snapshot", "diff", parent, key).lines == changes)
      // The other way round, what was added is what is missing.
      #expect(try engine.expect("snapshot", "diff", key, parent).lines.contains("D /made"))
      #expect(try engine.expect("snapshot", "diff", parent, parent).output.isEmpty)
      // A layer that has no parent is all new.
      #expect(try engine.expect("snapshot", "diff", parent).lines.contains("A /bin"))
      let layer = "\(engine.scratch)/layer.tar"
      try engine.expect("snapshot", "diff", "-o", layer, key)
      let listed = try Command.run(["tar", "-tf", layer], within: 10).lines
      #expect(listed.contains("made") && listed.contains("bin/.wh.ls"))
      let piped = try engine.gantry("snapshot", "diff", "--output", "-", key)
      #expect(piped.status == 0)
      #expect(piped.outputBytes.elementsEqual(try Data(contentsOf: URL(fileURLWithPath: layer))))
      let missing = try engine.gantry("snapshot", "diff", "nosuch")
      #expect(missing.status == 1)
      #expect(missing.error.contains("nosuch"))
      let refused = try engine.gantry("snapshot", "diff", "-o", "\(engine.scratch)/none/layer.tar", key)
      #expect(refused.status == 1)
      // No view is left behind.
      #expect(try engine.expect("snapshot", "ls").lines.count == rows.count + 1)
    }
  }

  @Test func onlyTheAskedPlatformIsSaved() throws {
    try TestEngine.use { (engine) throws in
      let path = "\(engine.scratch)/saved.tar"
      let refused = try engine.gantry("save", "--platform", "linux/s390x", "-o", path, "busybox")
      #expect(refused.status == 1)
      #expect(
        refused.error
          == "Error response from daemon: image with reference busybox:latest was found but does not provide the specified platform (linux/s390x)\n"
      )
      #expect(!FileManager.default.fileExists(atPath: path))
      let own = try engine.expect("image", "inspect", "-f", "{{.Os}}/{{.Architecture}}", "busybox").line
      try engine.expect("save", "--platform", own, "-o", path, "busybox")
      #expect(FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func layersThatAreGoneAreUnpackedAgain() throws {
    try TestEngine.use { (engine) throws in
      let key = try engine.expect("snapshot", "ls").lines[1].split(separator: " ")[0]
      try engine.expect("snapshot", "rm", String(key))
      try engine.expect("image", "unpack", "busybox")
      #expect(try engine.expect("snapshot", "ls").lines.count == 2)
      try engine.expect("run", "--rm", "--network", "none", "busybox", "true")
      try engine.expect("snapshot", "rm", String(key))
      // A container does not wait for somebody to ask.
      try engine.expect("run", "--rm", "--network", "none", "busybox", "true")
      #expect(try engine.expect("system", "df").lines[1].hasPrefix("Images          1         0"))
    }
  }

  @Test func aTemplateOfDiskUsageInDetailTakesTheRowsOfTheListings() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("create", "--name", "used", "--label", "x=y", "--network", "none", "busybox", "true")
      func details(_ format: String) throws -> String {
        try engine.expect("system", "df", "-v", "--format", format).output
      }
      let document = try details("json")
      #expect(document.hasPrefix("{\"Images\":[{\"Containers\":\"1\",\"CreatedAt\":"))
      #expect(document.contains("],\"Containers\":[{\"Command\":\"\\\"true\\\"\",\"CreatedAt\":"))
      #expect(document.hasSuffix("],\"Volumes\":[],\"BuildCache\":[]}"))
      #expect(try details("{{json .}}") == document)
      let (short, whole) = (
        try engine.expect("images", "-q").line, try engine.expect("images", "-q", "--no-trunc").line
      )
      let image = "{{range .Images}}{{.Repository}}:{{.Tag}} {{.ID}}\\n{{end}}"
      #expect(try details(image) == "busybox:latest \(whole)\n")
      #expect(try details("table \(image)") == "busybox:latest \(short)\n")
      #expect(
        try details("{{range .Containers}}{{.Names}} {{.Label \"x\"}} {{.Size}} {{.Status}}{{end}} {{len .BuildCache}}")
          == "used y 0B Created 0")
      #expect(try details("raw").hasPrefix("type: Image\nrepository: busybox\ntag: latest\ndigest: \nimage_id: "))
      let failure = try engine.gantry("system", "df", "-v", "--format", "a{{.Nope}}")
      #expect(failure.status == 1 && failure.output == "a")
      #expect(failure.error.contains("can't evaluate field Nope in type *formatter.diskUsageContext"))
      let sums = try engine.expect("system", "df", "--format", "raw").output
      #expect(sums.hasPrefix("type: Images\ntotal: 1\nactive: 1\n"))
    }
  }
}
