import Hashing
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import Messages
import Testing

@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct ResolveTests {
  private static let amd64 = Platform(os: "linux", architecture: "amd64")

  private func withImages(
    _ body: (TestImages, RegistryProcess, TestRegistry) async throws -> Void
  ) async throws {
    let registry = try await TestRegistry()
    try await withRegistryClient(.init(host: registry.host)) { process in
      try await body(TestImages(process: process, scratch: registry.scratch, repository: "t"), process, registry)
    }
  }

  @Test func anImageOfSkopeosIsReadWithAllItSays() async throws {
    let registry = try await TestRegistry()
    let archive = "\(registry.scratch.path)/busybox.tar"
    let script = Daemon.support.replacing("Tests/EndToEnd/Support", with: "packaging/make-busybox-image")
    try #require(Daemon.run([script, archive]) == 0)
    for (name, format) in [("oci", "oci"), ("docker", "v2s2")] {
      try registry.copy("oci-archive:\(archive)", to: "\(name)/busybox:1", "--format", format)
      let staging = try registry.scratch.directory("staging-\(name)")
      let response = try await withRegistryClient(.init(host: registry.host)) { process in
        try await process.resolve("\(name)/busybox", "1", staging: staging)
      }
      let image = try #require(response.image)
      #expect(response.digest == image.manifest?.digest)
      #expect(response.mediaType == (name == "oci" ? MediaType.ociManifest : .dockerManifest).rawValue)
      #expect(image.architecture == Platform.current.architecture && image.os == "linux")
      #expect(image.settings?.cmd == ["sh"])
      #expect(image.layers.count == image.diffIds.count && image.layers.count == 1)
      #expect(Set(response.blobs.map(\.digest)) == Set([image.manifest, image.config].compactMap(\.?.digest)))
      for blob in response.blobs {
        let file = try registry.scratch.bytes("staging-\(name)/\(blob.digest.dropFirst(7))")
        #expect(try Digest.of(file).description == blob.digest && Int64(file.count) == blob.size)
      }
    }
  }

  @Test func anIndexLeadsToThePlatform() async throws {
    try await withImages { images, process, registry in
      let names = ["linux/amd64", "linux/arm/v6", "linux/arm/v7", "linux/arm64", "linux/386", "windows/amd64"]
      var entries: [(Descriptor, Platform?)] = []
      for name in names {
        let platform = try Platform(parsing: name)
        entries.append((try await images.image(platform), platform))
      }
      let inner = try await images.index(Array(entries[..<3]), type: .dockerManifestList)
      let outer = try await images.index([(inner, nil)] + entries[3...], tag: "all")
      for (wanted, found) in [
        ("linux/amd64", "linux/amd64"), ("linux/arm", "linux/arm/v7"), ("linux/arm/v6", "linux/arm/v6"),
        ("linux/arm64/v8", "linux/arm64"), ("linux/386", "linux/386"), ("", Platform.current.description),
      ] {
        let staging = try registry.scratch.directory("staging-\(wanted.replacing("/", with: "-"))")
        let response = try await process.resolve("t", "all", platform: wanted, staging: staging)
        #expect(response.image?.settings?.cmd == ["/hello", found])
        #expect(response.digest == outer.digest.description)
        #expect(
          response.blobs.contains { $0.digest == inner.digest.description }
            == (found.contains("amd64") || found.contains("arm/")))
        #expect(response.blobs.count == (try staging.directoryEntries().count))
      }
      let error = await #expect(throws: GantryError.self) {
        try await process.resolve(
          "t", "all", platform: "linux/s390x", staging: registry.scratch.directory("staging-none"))
      }
      #expect(error?.code == .notFound)
      #expect(error?.message.hasPrefix("no matching manifest for linux/s390x in the manifest list entries") == true)
      let windows = await #expect(throws: GantryError.self) {
        try await process.resolve(
          "t", "all", platform: "windows/amd64", staging: registry.scratch.directory("staging-windows"))
      }
      #expect(windows?.message == "image operating system \"windows\" cannot be used on this platform")
    }
  }

  @Test func aLoneImageOfAnotherPlatformIsToldOf() async throws {
    try await withImages { images, process, registry in
      let other = Platform(os: "linux", architecture: Platform.current.architecture == "arm64" ? "amd64" : "arm64")
      try await images.image(other, tag: "other")
      let staging = try registry.scratch.directory("staging")
      let response = try await process.resolve("t", "other", staging: staging)
      #expect(response.warnings == [])
      let asked = try await process.resolve("t", "other", platform: "linux/s390x", staging: staging)
      #expect(asked.warnings.count == 1)
      #expect(asked.warnings.first?.contains("wanted linux/s390x, actual: linux/") == true)
      try await images.image(Platform(os: "windows", architecture: "amd64"), tag: "windows")
      let windows = await #expect(throws: GantryError.self) {
        try await process.resolve("t", "windows", staging: staging)
      }
      #expect(windows?.message == "image operating system \"windows\" cannot be used on this platform")
    }
  }

  @Test func whatIsNotThereIsNotFoundInDockersWords() async throws {
    try await withImages { images, process, registry in
      try await images.image(Self.amd64, tag: "here")
      let staging = try registry.scratch.directory("staging")
      for (repository, reference) in [("t", "gone"), ("nobody", "latest")] {
        let error = await #expect(throws: GantryError.self) {
          try await process.resolve(repository, reference, staging: staging)
        }
        #expect(error?.code == .notFound)
        #expect(
          error?.message
            == "manifest for \(registry.host)/\(repository):\(reference) not found: manifest unknown: manifest unknown")
      }
      for wrong in ["a/../b", "UPPER", "a b", ""] {
        let error = await #expect(throws: GantryError.self) { try await process.resolve(wrong, staging: staging) }
        #expect(error?.code == .invalidArgument)
      }
      for wrong in ["a b", "-x", "../x", "sha256:12", ""] {
        let error = await #expect(throws: GantryError.self) { try await process.resolve("t", wrong, staging: staging) }
        #expect(error?.code == .invalidArgument, "\(wrong): \(String(describing: error))")
      }
    }
  }

  @Test func imagesThatCannotBeUnpackedAreRefusedWithAReason() async throws {
    try await withImages { images, process, registry in
      let staging = try registry.scratch.directory("staging")
      let foreign = MediaType(rawValue: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")
      try await images.image(Self.amd64, tag: "foreign", layerType: foreign)
      let lzma = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+lzma")
      try await images.image(Self.amd64, tag: "lzma", layerType: lzma)
      let chart = MediaType(rawValue: "application/vnd.cncf.helm.config.v1+json")
      try await images.image(Self.amd64, tag: "chart", configType: chart)
      try await images.image(Self.amd64, tag: "diffs", diffs: 2)
      for (tag, reason) in [
        ("foreign", "is a foreign one"), ("lzma", "is of an unsupported media type: \(lzma)"),
        ("chart", "is no image: its config is of the media type \(chart)"), ("diffs", "lists 2 diff_ids"),
      ] {
        let error = await #expect(throws: GantryError.self) { try await process.resolve("t", tag, staging: staging) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(reason) == true, "\(tag): \(String(describing: error))")
      }
      #expect(try staging.directoryEntries() == [])
    }
  }

  @Test func tagsComeInPages() async throws {
    try await withImages { images, process, registry in
      let names = (0..<7).map { "tag-\($0)" }
      for name in names { try await images.image(Self.amd64, tag: name) }
      #expect(try await process.client.listTags(.init(repository: "t")).tags.sorted() == names)
      let error = await #expect(throws: GantryError.self) {
        try await process.client.listTags(.init(repository: "none"))
      }
      #expect(error?.code == .notFound)
      #expect(
        error?.message
          == "repository \(registry.host)/none not found: name unknown: repository name not known to registry")
    }
  }

  @Test func aCatalogIsSearchedWhereThereIsNoSearch() async throws {
    let registry = try await TestRegistry()
    try await withRegistryClient(.init(host: registry.host)) { process in
      for name in ["one/app", "two/app", "other"] {
        let images = TestImages(process: process, scratch: registry.scratch, repository: name)
        try await images.image(Self.amd64, tag: "latest")
      }
      let found = try await process.client.search(.init(term: "APP", limit: 10))
      #expect(found.results.map(\.name) == ["one/app", "two/app"])
      #expect(try await process.client.search(.init(term: "", limit: 2)).results.count == 2)
      let error = await #expect(throws: GantryError.self) {
        try await process.client.search(.init(term: "x", limit: 101))
      }
      #expect(error?.code == .invalidArgument)
    }
  }
}
