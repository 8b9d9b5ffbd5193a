import Hashing
import Archive
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import Testing

@Suite struct ImageArchiveTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func read(_ bytes: [UInt8], platform: String? = nil, kind: ImageArchiveReader.Kind? = nil) throws
    -> ImageArchiveReader.Result
  {
    try? scratch.directory(".").removeTree("staging")
    let reader = ImageArchiveReader(
      name: "x.tar", platform: try platform.map { try Platform(parsing: $0) }, kind: kind,
      staging: try scratch.directory("staging"))
    return try reader.read(scratch.file(bytes, "x.tar"))
  }

  private func message(_ bytes: [UInt8], platform: String? = nil, kind: ImageArchiveReader.Kind? = nil) throws
    -> String?
  {
    let error = #expect(throws: GantryError.self) { try read(bytes, platform: platform, kind: kind) }
    #expect(error?.code == .invalidArgument)
    return error?.message
  }

  /// What lies in staging is what the answer says, byte for byte.
  private func check(_ result: ImageArchiveReader.Result) throws {
    let names = try scratch.directory("staging").directoryEntries().sorted()
    #expect(names == result.blobs.map(\.digest.hex))
    for blob in result.blobs {
      let (digest, size) = try Digest.of(FileDescriptor.open("\(scratch.path)/staging/\(blob.digest.hex)", O_RDONLY))
      #expect(digest == blob.digest && size == blob.size)
    }
    for image in result.images {
      let bytes = try FileDescriptor.open("\(scratch.path)/staging/\(image.manifest.digest.hex)", O_RDONLY).readAll()
      let manifest = try Manifest(parsing: bytes, name: "manifest")
      #expect(manifest.config.digest == image.config.digest)
      #expect(manifest.layers.map(\.digest) == image.layers.map(\.digest))
    }
  }

  @Test func aLayoutIsReadAndItsManifestKept() throws {
    let image = try ImageArchives.image(annotations: ["org.opencontainers.image.ref.name": "demo:1"])
    let result = try read(ImageArchives.layout(image))
    try check(result)
    #expect(result.images.count == 1)
    #expect(result.images[0].names == ["demo:1"])
    #expect(result.images[0].manifest.digest == image.manifest.digest)
    #expect(result.images[0].configuration.settings.command == ["/hello"])
    #expect(result.blobs.count == 3)
  }

  @Test func aTagAloneIsNoName() throws {
    let image = try ImageArchives.image(annotations: ["org.opencontainers.image.ref.name": "latest"])
    #expect(try read(ImageArchives.layout(image)).images[0].names.isEmpty)
    let named = try ImageArchives.image(
      annotations: ["org.opencontainers.image.ref.name": "1", "io.containerd.image.name": "docker.io/library/a:1"])
    #expect(try read(ImageArchives.layout(named)).images[0].names == ["docker.io/library/a:1"])
  }

  @Test func ofSeveralPlatformsTheWantedOneIsTaken() throws {
    let (mine, other) = (try ImageArchives.image(architecture: "amd64"), try ImageArchives.image(architecture: "arm64"))
    var (first, second) = (mine.manifest, other.manifest)
    first.platform = try Platform(parsing: "linux/amd64")
    second.platform = try Platform(parsing: "linux/arm64")
    let index = Index(manifests: [second, first]).serialized()
    let blobs = mine.blobs + other.blobs + [index]
    let nested = try ImageArchives.layout([ImageArchives.descriptor(index, .ociIndex)], blobs: blobs)
    let flat = try ImageArchives.layout([second, first], blobs: blobs)
    for bytes in [nested, flat] {
      let arm = try read(bytes, platform: "linux/arm64")
      try check(arm)
      #expect(arm.images.map(\.configuration.platform.architecture) == ["arm64"])
      #expect(try read(bytes, platform: "linux/amd64").images.map(\.manifest.digest) == [mine.manifest.digest])
    }
    #expect(
      try message(flat, platform: "linux/s390x")?.contains("linux/s390x: it has linux/arm64, linux/amd64") == true)
    #expect(try read(ImageArchives.layout(other)).images.count == 1)
    #expect(try message(ImageArchives.layout(other), platform: "linux/amd64") != nil)
  }

  @Test func whatDockerSavesIsRead() throws {
    let result = try read(ImageArchives.dockerSave(tags: ["sv:1", "localhost:5000/x:y"]))
    try check(result)
    let image = try #require(result.images.first)
    #expect(image.names == ["sv:1", "localhost:5000/x:y"])
    #expect(image.layers.count == 2 && image.layers[0] == image.layers[1])
    #expect(image.layers[0].mediaType == .dockerLayer && image.manifest.mediaType == .dockerManifest)
    #expect(
      image.config.digest
        == (try Digest.of(ImageArchives.config([ImageArchives.layer, ImageArchives.layer]).serialized())))
  }

  @Test func whichImageWasMadeFromWhichIsRead() throws {
    let (ids, archive) = try ImageArchives.family([(2, 1), (1, nil), (3, 0), (2, 1)])
    let result = try read(archive)
    try check(result)
    #expect(result.images.map(\.parent) == [ids[1], nil, ids[0], ids[1]])
    // Without history anything can be a parent, as with Docker.
    #expect(try read(ImageArchives.family([(0, 1), (0, nil)]).archive).images[0].parent != nil)
    for (members, child, parent) in [([(1, 1), (1, nil)], 0, 1), ([(0, nil), (2, 0)], 1, 0)] {
      let (ids, archive) = try ImageArchives.family(members)
      #expect(try message(archive) == "x.tar: image \(ids[parent]) is not a valid parent for \(ids[child])")
    }
    #expect(try read(ImageArchives.family([(1, 0)]).archive).images.map(\.parent) == [nil])
  }

  @Test(arguments: [
    ("Foo:1", "invalid reference format: repository name (library/Foo) must be lowercase"),
    ("a b", "invalid reference format"),
  ])
  func aNameThatIsNoneIsRefusedInDockersWords(name: String, words: String) throws {
    #expect(try message(ImageArchives.dockerSave(tags: ["sv:1", name])) == "x.tar: \(words)")
  }

  @Test func layersOfADockerArchiveLieInDirectoriesOfAnyName() throws {
    let result = try read(ImageArchives.dockerSave(first: "l0", second: "l1"), kind: .images)
    try check(result)
    #expect(result.images.map(\.layers.count) == [2])
  }

  @Test func aHybridHasItsNamesFromDocker() throws {
    let image = try ImageArchives.image()
    let config = try Digest.of(image.blobs[1]).hex
    let bytes = try ImageArchives.layout([image.manifest], blobs: image.blobs) { tar in
      tar.add(
        "manifest.json",
        text: "[{\"Config\":\"blobs/sha256/\(config)\",\"RepoTags\":[\"hy:brid\"],\"Layers\":[]}]")
    }
    let result = try read(bytes)
    #expect(result.images.map(\.names) == [["hy:brid"]])
    #expect(result.images[0].manifest.digest == image.manifest.digest)
  }

  @Test(arguments: ["", "gzip", "zstd", "xz", "bzip2"]) func everyKindIsReadInEveryCompression(program: String) throws {
    let rootfs = ImageArchives.layer
    let archives = [
      try ImageArchives.layout(ImageArchives.image()), try ImageArchives.dockerSave(), rootfs,
    ]
    for plain in archives {
      let packed = program.isEmpty ? plain : try #require(try ImageArchives.pack(plain, program, scratch))
      let result = try read(packed)
      try check(result)
      let again = try read(packed)
      #expect(again.images == result.images)
      #expect(result.images[0].configuration.diffIDs[0] == (try Digest.of(ImageArchives.layer)))
      #expect(try read(plain).images.map(\.config.digest) == result.images.map(\.config.digest))
    }
  }

  @Test(arguments: ["gzip", "zstd", "xz", "bzip2"]) func layersAreStoredInCompressionsThatHaveAName(program: String)
    throws
  {
    let packed = try #require(try ImageArchives.pack(ImageArchives.layer, program, scratch))
    let kind = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+\(program)")
    let image = try ImageArchives.image(packed: [packed], kind: kind)
    let result = try read(ImageArchives.layout(image))
    try check(result)
    let stored = try #require(result.images.first?.layers.first)
    if kind.isLayer {
      #expect(stored.digest == (try Digest.of(packed)) && result.images[0].manifest.digest == image.manifest.digest)
    } else {
      #expect(stored.digest == (try Digest.of(ImageArchives.layer)) && stored.mediaType == .ociLayer)
    }
  }

  @Test func zstdMayBeginWithAFrameThatIsPassedOver() throws {
    let packed = try #require(try ImageArchives.pack(ImageArchives.layer, "zstd", scratch))
    let skippable: [UInt8] = [0x5D, 0x2A, 0x4D, 0x18, 3, 0, 0, 0] + Array("abc".utf8)
    let image = try ImageArchives.image(packed: [skippable + packed + skippable], kind: .ociLayerZstd)
    let result = try read(ImageArchives.layout(image))
    try check(result)
    #expect(result.images.first?.manifest.digest == image.manifest.digest)
  }

  @Test func aRootFileSystemBecomesAnImageOfOneLayer() throws {
    var tar = TarBuilder()
    tar.add("./", .directory, mode: 0o755)
    tar.add("./bin/", .directory, mode: 0o755, time: 1_600_000_000)
    tar.add("./bin/sh", text: "shell")
    let result = try read(tar.finished)
    try check(result)
    #expect(result.images[0].names.isEmpty)
    #expect(result.images[0].configuration.created == "2020-09-13T12:26:40Z")
    #expect(result.images[0].configuration.platform == .current)
    let layer = result.images[0].layers[0]
    #expect(layer.mediaType == .ociLayer && layer.size == Int64(tar.finished.count))
    #expect(try layer.digest == Digest.of(tar.finished))
  }

  /// `tar c --files-from /dev/null | gantry import - scratch-like`
  @Test func anEmptyRootFileSystemIsAnImageWithoutFiles() throws {
    for bytes in [[], TarBuilder().finished] {
      for kind in [.rootFileSystem, nil] as [ImageArchiveReader.Kind?] {
        let result = try read(bytes, kind: kind)
        try check(result)
        #expect(result.isRootFileSystem)
        #expect(try result.images.map(\.configuration.diffIDs) == [[Digest.of(TarBuilder().finished)]])
      }
      #expect(try message(bytes, kind: .images)?.contains("no image in this archive") == true)
    }
  }

  @Test func whatIsForAnotherSystemIsRefused() throws {
    let windows = try ImageArchives.layout(ImageArchives.image(os: "windows"))
    #expect(try message(windows) == "x.tar: cannot load windows image on linux")
    let root = try message(ImageArchives.layer, platform: "bogus/x", kind: .rootFileSystem)
    #expect(root == "x.tar: operating system is not supported: \"bogus\"")
  }

  @Test func aLayoutBehindOtherFilesIsFound() throws {
    var tar = TarBuilder()
    tar.add("docs/readme", text: "read me")
    let image = try ImageArchives.image()
    let bytes = tar.bytes + (try ImageArchives.layout(image))
    #expect(try read(bytes).images.map(\.manifest.digest) == [image.manifest.digest])
  }

  /// The read end of a pipe that holds `bytes`, its write end closed.
  private func pipe(holding bytes: [UInt8]) throws -> FileDescriptor {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    try writeEnd.writeAll(bytes)
    return readEnd
  }

  @Test func aPipeIsReadLikeAFile() throws {
    let bytes = try ImageArchives.layout(ImageArchives.image())
    try #require(bytes.count < 60_000, "more than a pipe holds")
    let reader = ImageArchiveReader(name: "-", platform: nil, staging: try scratch.directory("staging"))
    try check(reader.read(pipe(holding: bytes)))
  }

  @Test func whatIsNoImageIsSaidSo() throws {
    #expect(try message(Array("hello, this is no archive at all".utf8)) == "x.tar: it is not a tar archive")
    var layout = TarBuilder()
    layout.add("oci-layout", text: "{}")
    #expect(try message(layout.finished)?.contains("no image in this archive") == true)
    let image = try ImageArchives.image()
    let other = try ImageArchives.layout([image.manifest], blobs: image.blobs) {
      $0.add("oci-layout", text: #"{"imageLayoutVersion":"2"}"#)
    }
    #expect(
      try message(other) == "x.tar: it is an OCI image layout of version \"2\", and only \"1.0.0\" is supported")
    let empty = try ImageArchives.layout([], blobs: [])
    #expect(try message(empty) == "x.tar: no image in this archive: its index.json lists none")
    var docker = TarBuilder()
    docker.add("manifest.json", text: "[]")
    #expect(try message(docker.finished) == "x.tar: no image in this archive: its manifest.json lists none")
  }

  @Test func damageIsNamed() throws {
    let image = try ImageArchives.image()
    let good = try ImageArchives.layout(image)
    #expect(try message(Array(good.prefix(good.count / 2)))?.hasPrefix("x.tar: ") == true)
    var wrong = TarBuilder()
    wrong.add("blobs/sha256/\(image.manifest.digest.hex)", text: "not it")
    #expect(try message(wrong.finished)?.contains("blob \(image.manifest.digest) is damaged") == true)
    let missing = try ImageArchives.layout([image.manifest], blobs: Array(image.blobs.dropFirst()))
    #expect(try message(missing)?.contains("layer \(Digest.of(image.blobs[0])) is missing") == true)
    var short = image.manifest
    short.size -= 1
    #expect(try message(ImageArchives.layout([short], blobs: image.blobs))?.contains("its descriptor says") == true)
    let lying = try ImageArchives.image([ImageArchives.layer], packed: [TarBuilder().finished])
    #expect(try message(ImageArchives.layout(lying))?.contains("is not the one its image wants") == true)
    let deep = String(repeating: "[", count: 10_000)
    var nested = TarBuilder()
    nested.add("oci-layout", text: "{}")
    nested.add("index.json", text: deep)
    #expect(try message(nested.finished)?.contains("levels deep") == true)
    let twoLayers = try ImageArchives.image([ImageArchives.layer, ImageArchives.layer], packed: [ImageArchives.layer])
    #expect(
      try message(ImageArchives.layout(twoLayers))?.contains("it lists 2 diff_ids, and the image has 1 layers") == true)
  }

  @Test(arguments: [
    ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "its owner does not allow"),
    ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", "which is not supported"),
    ("text/plain", "is of the kind \"text/plain\""),
  ])
  func layersThatCannotBeHadAreRefusedByTheirKind(kind: String, words: String) throws {
    let image = try ImageArchives.image(kind: MediaType(rawValue: kind))
    let message = try message(ImageArchives.layout(image))
    #expect(message?.contains(words) == true)
    #expect(message?.contains(kind) == true)
  }

  @Test func noMutationOfAnArchiveIsMoreThanAnError() throws {
    let seconds = getenv("GANTRY_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 2
    let seeds = [
      try ImageArchives.layout(ImageArchives.image()), try ImageArchives.dockerSave(), ImageArchives.layer,
      try ImageArchives.pack(ImageArchives.dockerSave(), "gzip", scratch) ?? [],
    ]
    let end = ContinuousClock.now + .seconds(seconds)
    var count = 0
    while ContinuousClock.now < end {
      var bytes = seeds[count % seeds.count]
      for _ in 0..<Int.random(in: 1...6) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count)
        switch Int.random(in: 0..<4) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8)
        case 2: bytes.insert(UInt8.random(in: 0...255), at: place)
        default: bytes[place] = Array("{}[]\",:09af/.".utf8)[Int.random(in: 0..<13)]
        }
      }
      do { try check(read(bytes)) } catch is GantryError {}
      count += 1
    }
    #expect(count > 0)
  }
}
