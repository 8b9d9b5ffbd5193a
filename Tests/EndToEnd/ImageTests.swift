import Foundation
import Testing

/// Images as other programs make them, and what becomes of them.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct ImageTests {
  @Test func importedImagesAreListedInspectedAndRemoved() throws {
    try TestEngine.use { (engine) throws in
      let table = try engine.expect("images").lines
      #expect(table.first?.split(separator: " ").first == "REPOSITORY")
      #expect(table.last?.hasPrefix("busybox ") == true)
      let id = try engine.expect("images", "-q", "--no-trunc").line
      #expect(id.hasPrefix("sha256:") && id.count == 71)
      #expect(try engine.expect("image", "inspect", "-f", "{{.Id}} {{.Os}}", "busybox").line == "\(id) linux")
      try engine.expect("create", "--name", "user", "--network", "none", "busybox", "true")
      let refused = try engine.gantry("rmi", "busybox")
      #expect(refused.status == 1)
      #expect(refused.error.contains("conflict: unable to remove repository reference"))
      try engine.expect("rm", "user")
      let removed = try engine.expect("rmi", "busybox").lines
      #expect(removed.first == "Untagged: busybox:latest")
      #expect(removed.contains("Deleted: \(id)"))
      #expect(try engine.expect("images", "-q").lines == [])
      #expect(try engine.expect("content", "ls", "-q").lines == [])
      #expect(try engine.expect("snapshot", "ls").lines.count <= 1)
    }
  }

  @Test(arguments: ["cat", "gzip -1", "zstd -q", "xz -0", "bzip2"])
  func aRootFileSystemComesInWhateverCompressesIt(_ compressor: String) throws {
    try TestEngine.use { (engine) throws in
      let file = "\(engine.scratch)/rootfs"
      let make = """
        mkdir -p \(file).d/bin && cp /bin/busybox \(file).d/bin/ && ln -s busybox \(file).d/bin/sh &&
        tar -C \(file).d -c . | \(compressor) > \(file)
        """
      #expect(try Command.run(["sh", "-c", make]).status == 0)
      try engine.expect("image", "import", file, "plain:1")
      #expect(
        try engine.expect("run", "--rm", "--network", "none", "plain:1", "/bin/busybox", "echo", "hi").output == "hi\n")
      let piped = try Command.run(
        [
          "sh", "-c",
          "'\(engine.program)' image import - piped:1 < \(file)",
        ],
        environment: engine.environment)
      #expect(piped.status == 0, "\(piped)")
      // The same bytes are the same layer, whichever way they come.
      let layers = try ["plain:1", "piped:1"].map { name in
        try engine.expect("inspect", "-f", "{{json .RootFS.Layers}}", name).output
      }
      #expect(layers[0] == layers[1] && layers[0].contains("sha256:"))
    }
  }

  @Test(.enabled(if: Privilege.has("skopeo"), "skopeo is not installed"), arguments: ["docker-archive", "oci-archive"])
  func archivesOfSkopeoComeIn(_ kind: String) throws {
    try TestEngine.use { (engine) throws in
      let file = "\(engine.scratch)/copied.tar"
      let copy = try Command.run(
        ["skopeo", "copy", "-q", "oci-archive:\(TestImage.busybox())", "\(kind):\(file):copied:v1"])
      #expect(copy.status == 0, "\(copy)")
      try engine.expect("image", "import", file, "copied:v1")
      #expect(try engine.expect("run", "--rm", "--network", "none", "copied:v1", "echo", "hi").output == "hi\n")
    }
  }

  /// Layers that delete, replace and hide, made by umoci; the container must see exactly what umoci unpacks.
  @Test(.enabled(if: Privilege.has("umoci") && Privilege.has("skopeo"), "umoci or skopeo is not installed"))
  func layersOfUmociAddUpToWhatUmociUnpacks() throws {
    try TestEngine.use { (engine) throws in
      let place = "\(engine.scratch)/umoci"
      let script = """
        set -e
        mkdir -p \(place) && cd \(place)
        skopeo copy -q oci-archive:\(try TestImage.busybox()) oci:layout:base
        layer() { umoci unpack --image layout:$1 b$2 >/dev/null 2>&1; (cd b$2/rootfs; eval "$3"); umoci repack --image layout:$4 b$2 >/dev/null 2>&1; rm -rf b$2; }
        layer base 1 'mkdir -p d/sub e; echo 1 > d/one; echo 2 > d/sub/two; echo x > e/x; ln d/one d/hard; ln -s one d/soft; mkfifo d/fifo; chmod 4755 d/one; touch -d @1000000000 d/sub' one
        layer one 2 'rm d/sub/two; rm -r e; mkdir e; echo y > e/y; rm d/soft; mkdir d/soft; echo in > d/soft/in' two
        layer two 3 'rm -r d/sub; echo file > d/sub; mv d/one d/moved; mkdir -p "sp ace/ü"; echo z > "sp ace/ü/ö"' three
        umoci unpack --image layout:three final >/dev/null 2>&1
        skopeo copy -q oci:layout:three oci-archive:three.tar:three
        """
      let made = try Command.run(["bash", "-c", script])
      #expect(made.status == 0, "\(made)")
      try engine.expect("image", "import", "\(place)/three.tar", "three:1")
      let list =
        "find d e 'sp ace' | sort | while read -r f; do stat -c '%n %f %u %g' \"$f\"; [ -f \"$f\" ] && [ ! -p \"$f\" ] && md5sum < \"$f\"; done; stat -c %Y d/moved"
      let inside = try engine.expect("run", "--rm", "--network", "none", "-w", "/", "three:1", "sh", "-c", list)
      let outside = try Command.run(["bash", "-c", "cd \(place)/final/rootfs && export LC_ALL=C && \(list)"])
      #expect(inside.lines.map(Self.withoutEscapes) == outside.lines.map(Self.withoutEscapes))
    }
  }

  private static func withoutEscapes(_ line: String) -> String { line.filter { $0.isASCII } }

  @Test(.enabled(if: Privilege.has("buildah"), "buildah is not installed"))
  func anImageOfBuildahComesIn() throws {
    try TestEngine.use { (engine) throws in
      let place = "\(engine.scratch)/buildah"
      let script = """
        set -e
        export BUILDAH_ISOLATION=chroot
        b="buildah --root \(place)/root --runroot \(place)/run --storage-driver vfs"
        c=$($b from scratch)
        mkdir -p \(place)/x && cp /bin/busybox \(place)/x/
        $b copy -q $c \(place)/x/busybox /bin/busybox >/dev/null
        $b config --cmd '["/bin/busybox","echo","from buildah"]' --env K=V --workingdir /w --label a=b $c
        $b commit -q --rm $c oci-archive:\(place)/image.tar:built:1 >/dev/null
        """
      let made = try Command.run(["bash", "-c", script])
      #expect(made.status == 0, "\(made)")
      try engine.expect("image", "import", "\(place)/image.tar", "built:1")
      #expect(try engine.expect("run", "--rm", "--network", "none", "built:1").output == "from buildah\n")
      #expect(
        try engine.expect("image", "inspect", "-f", "{{.Config.WorkingDir}} {{json .Config.Labels}}", "built:1").output
          .hasPrefix("/w "))
    }
  }

  @Test func aKilledImportLeavesNothingAndCanBeRepeated() throws {
    try TestEngine.use { (engine) throws in
      let big = "\(engine.scratch)/big.tar"
      #expect(
        try Command.run([
          "sh", "-c",
          "mkdir \(engine.scratch)/b && head -c 60000000 /dev/urandom > \(engine.scratch)/b/f && tar -C \(engine.scratch)/b -cf \(big) .",
        ]).status == 0)
      let content = try engine.expect("content", "ls", "-q").lines.sorted()
      for delay in [30, 120, 250] as [Int32] {
        let importing = try engine.begin("image", "import", big, "big:1")
        poll(nil, 0, delay)
        try engine.killSupervisor()
        _ = try importing.finish(within: 60)
        try engine.start()
        if try engine.expect("images", "-q", "big").lines.isEmpty {
          try eventually("the unfinished import is cleaned up") {
            try engine.expect("content", "ls", "-q").lines.sorted() == content
          }
        } else {
          try engine.expect("rmi", "big:1")
        }
      }
      try engine.expect("image", "import", big, "big:1")
      #expect(
        try engine.expect(
          "run", "--rm", "--network", "none", "-v", "/bin/busybox:/busybox:ro", "big:1", "/busybox", "stat", "-c", "%s",
          "/f"
        ).line == "60000000")
    }
  }
}
