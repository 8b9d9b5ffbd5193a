import Digests
import Errors
import ImageSpec
import JSON
import Testing

@Suite struct DocumentTests {
  private static let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  private static let descriptor =
    "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"\(digest)\",\"size\":7}"

  private func manifest(_ text: String) throws -> Manifest {
    try Manifest(parsing: Array(text.utf8), name: "manifest m")
  }

  @Test func aManifestReadsWhatItWrites() throws {
    let layer = Descriptor(
      mediaType: .ociLayerGzip, digest: try Digest(parsing: Self.digest), size: 12,
      annotations: ["b": "1", "a": "\"2\""])
    let manifest = Manifest(
      config: Descriptor(mediaType: .ociConfig, digest: layer.digest, size: 3), layers: [layer, layer],
      annotations: ["x": "y"])
    #expect(try Manifest(parsing: manifest.serialized(), name: "m") == manifest)
  }

  @Test func anIndexReadsWhatItWrites() throws {
    let entry = Descriptor(
      mediaType: .dockerManifest, digest: try Digest(parsing: Self.digest), size: 12,
      platform: Platform(os: "linux", architecture: "arm", variant: "v7"))
    let index = Index(mediaType: .dockerManifestList, manifests: [entry])
    #expect(try Index(parsing: index.serialized(), name: "i") == index)
  }

  /// Docker takes a string for a list of one, and shows a variant as it is written.
  @Test func aConfigIsReadAsDockerReadsIt() throws {
    let text = """
      {"architecture":"arm64","os":"linux","variant":"v8","config":{"Cmd":"sh","Entrypoint":"/e","Shell":["a","b"]},
      "rootfs":{"type":"layers","diff_ids":[]}}
      """
    let config = try ImageConfig(parsing: Array(text.utf8), name: "c")
    #expect(config.settings.command == ["sh"] && config.settings.entrypoint == ["/e"])
    #expect(config.settings.shell == ["a", "b"])
    #expect(config.platform == Platform(os: "linux", architecture: "arm64") && config.variant == "v8")
    #expect(try ImageConfig(parsing: config.serialized(), name: "c").variant == "v8")
  }

  @Test func aConfigReadsWhatItWrites() throws {
    var settings = ContainerSettings()
    settings.user = "nobody:daemon"
    settings.environment = ["PATH=/bin", "X=\u{1F980}"]
    settings.entrypoint = ["/bin/sh", "-c"]
    settings.command = ["true"]
    settings.labels = ["a": "b", "c": ""]
    settings.volumes = ["/data"]
    settings.exposedPorts = ["80/tcp"]
    settings.healthcheck = ["Test": ["CMD", "true"], "Interval": 1_000_000_000]
    settings.onBuild = ["RUN x"]
    settings.shell = ["/bin/ash"]
    settings.stopSignal = "SIGQUIT"
    settings.workingDirectory = "/w"
    settings.argumentsEscaped = true
    settings.docker.tty = true
    settings.docker.stdinOnce = true
    settings.docker.attachStderr = true
    settings.docker.stopTimeout = 0
    settings.docker.macAddress = "02:42:ac:11:00:02"
    let config = ImageConfig(
      platform: .current, created: "2026-01-02T03:04:05Z", settings: settings,
      diffIDs: [try Digest(parsing: Self.digest)])
    #expect(try ImageConfig(parsing: config.serialized(), name: "c") == config)
    #expect(config.serialized() == config.serialized())
  }

  @Test func nullCountsAsAbsent() throws {
    let config = try ImageConfig(
      parsing: Array(
        """
        {"architecture":"amd64","os":"linux","config":{"Env":null,"Labels":null,"Volumes":null,"Cmd":null},
         "rootfs":{"type":"layers","diff_ids":null}}
        """.utf8), name: "c")
    #expect(config.settings == ContainerSettings())
    #expect(config.diffIDs.isEmpty)
  }

  @Test func whatIsEmptyStaysApartFromWhatIsAbsent() throws {
    let config = try ImageConfig(
      parsing: Array(
        """
        {"architecture":"amd64","os":"linux","config":{"Env":[],"Labels":{},"Volumes":{},"Cmd":null,"OnBuild":["RUN a"],
         "Entrypoint":[],"ExposedPorts":{},"Shell":[]},"rootfs":{"type":"layers","diff_ids":[]}}
        """.utf8), name: "c")
    #expect(config.settings.emptyMembers == ["Env", "Labels", "Volumes", "Entrypoint"])
    #expect(try ImageConfig(parsing: config.serialized(), name: "c") == config)
    let text = String(decoding: config.serialized(), as: UTF8.self)
    #expect(text.contains(#""config":{"Env":[],"Entrypoint":[],"Volumes":{},"OnBuild":["RUN a"],"Labels":{}}"#))
  }

  @Test(arguments: [
    ("[]", "manifest m is not valid: it must be a JSON object"),
    ("{}", "manifest m is not valid: schemaVersion must be 2"),
    ("{\"schemaVersion\":1}", "manifest m is not valid: schemaVersion must be 2; version 1 is not supported any more"),
    ("{\"schemaVersion\":2}", "manifest m is not valid: config is missing"),
    (
      "{\"schemaVersion\":2,\"mediaType\":\"x/y\"}",
      "manifest m is not valid: mediaType is \"x/y\", which is no image manifest"
    ),
    ("{\"schemaVersion\":2,\"config\":\(descriptor)}", "manifest m is not valid: layers is missing"),
    (
      "{\"schemaVersion\":2,\"config\":\(descriptor),\"layers\":[\(descriptor),{\"size\":1}]}",
      "manifest m: layers[1] is not valid: digest is missing"
    ),
    (
      "{\"schemaVersion\":2,\"config\":\(descriptor),\"layers\":[{\"digest\":\"\(digest)\",\"size\":-1}]}",
      "manifest m: layers[0] is not valid: size must be a number of bytes"
    ),
    ("{\"schemaVersion\":2,\"config\":\(descriptor),\"layers\":7}", "manifest m is not valid: layers must be a list"),
    ("{\"schemaVersion\":2", "manifest m: JSON is not valid at byte 18: an object goes on with ',' or '}'"),
  ])
  func errorsNameTheDocumentAndThePlace(text: String, message: String) {
    let error = #expect(throws: GantryError.self) { try manifest(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == message)
  }

  @Test func tenThousandLevelsAreRefused() {
    let text = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
    let error = #expect(throws: GantryError.self) { try manifest(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("levels deep") == true)
  }

  @Test func manyLayersAndLongDocumentsAreRefused() {
    let layers = Array(repeating: Self.descriptor, count: 501).joined(separator: ",")
    let many = #expect(throws: GantryError.self) {
      try manifest("{\"schemaVersion\":2,\"config\":\(Self.descriptor),\"layers\":[\(layers)]}")
    }
    #expect(many?.message.contains("has 501 elements") == true)
    let long = #expect(throws: GantryError.self) { try manifest(String(repeating: " ", count: 5 << 20)) }
    #expect(long?.message.contains("are not read") == true)
  }

  @Test func whatDockerSavesIsRead() throws {
    let manifests = try DockerSaveManifest.parse(
      Array("[{\"Config\":\"c.json\",\"RepoTags\":[\"sv:1\"],\"Layers\":[\"a/layer.tar\"]}]".utf8),
      name: "manifest.json")
    #expect(manifests == [DockerSaveManifest(config: "c.json", repoTags: ["sv:1"], layers: ["a/layer.tar"])])
    let child = try DockerSaveManifest.parse(
      Array("[{\"Config\":\"c.json\",\"Parent\":\"sha256:ab\"}]".utf8), name: "manifest.json")
    #expect(child.map(\.parent) == ["sha256:ab"])
    let error = #expect(throws: GantryError.self) {
      try DockerSaveManifest.parse(Array("[{\"Layers\":[]}]".utf8), name: "manifest.json")
    }
    #expect(error?.message == "manifest.json: images[0] is not valid: Config is missing")
  }

  @Test(
    arguments: [
      ("application/vnd.oci.image.layer.v1.tar+gzip", LayerCompression.gzip),
      ("application/vnd.docker.image.rootfs.diff.tar.gzip", .gzip),
      ("application/vnd.oci.image.layer.v1.tar", .uncompressed),
      ("application/vnd.oci.image.layer.v1.tar+zstd", .zstd),
      ("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", nil),
      ("application/vnd.oci.image.config.v1+json", nil),
    ] as [(String, LayerCompression?)])
  func layersAreToldByTheirMediaType(text: String, compression: LayerCompression?) {
    #expect(MediaType(rawValue: text).layerCompression == compression)
  }

  @Test func foreignLayersAreRecognised() {
    #expect(MediaType(rawValue: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip").isForeignLayer)
    #expect(MediaType(rawValue: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip").isForeignLayer)
    #expect(!MediaType.ociLayerGzip.isForeignLayer)
  }
}
