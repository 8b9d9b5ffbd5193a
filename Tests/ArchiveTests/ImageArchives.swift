import Hashing
import Archive
import Digests
import Errors
import Glibc
import ImageSpec
import Linux

/// Makes image archives of every kind, byte by byte.
enum ImageArchives {
  static let layer: [UInt8] = {
    var tar = TarBuilder()
    tar.add("hello", text: "hello\n")
    return tar.finished
  }()

  static func config(
    _ layers: [[UInt8]], os: String = "linux", architecture: String = Platform.current.architecture
  ) throws -> ImageConfig {
    var settings = ContainerSettings()
    settings.command = ["/hello"]
    settings.environment = ["A=b"]
    return ImageConfig(
      platform: Platform(os: os, architecture: architecture), created: "2026-01-02T03:04:05Z", settings: settings,
      diffIDs: try layers.map { try Digest.of($0) })
  }

  /// Blobs of one image, the manifest's descriptor last.
  struct Image {
    var blobs: [[UInt8]]
    var manifest: Descriptor
  }

  static func image(
    _ layers: [[UInt8]] = [layer], packed: [[UInt8]]? = nil, kind: MediaType = .ociLayer,
    os: String = "linux", architecture: String = Platform.current.architecture, annotations: [String: String] = [:]
  ) throws -> Image {
    let stored = packed ?? layers
    let config = try config(layers, os: os, architecture: architecture).serialized()
    let manifest = Manifest(
      config: try descriptor(config, .ociConfig), layers: try stored.map { try descriptor($0, kind) })
    let bytes = manifest.serialized()
    var top = try descriptor(bytes, .ociManifest)
    top.annotations = annotations
    return Image(blobs: stored + [config, bytes], manifest: top)
  }

  static func descriptor(_ bytes: [UInt8], _ kind: MediaType) throws -> Descriptor {
    Descriptor(mediaType: kind, digest: try Digest.of(bytes), size: Int64(bytes.count))
  }

  static func layout(_ manifests: [Descriptor], blobs: [[UInt8]], extra: (inout TarBuilder) -> Void = { _ in }) throws
    -> [UInt8]
  {
    var tar = TarBuilder()
    tar.add("oci-layout", text: "{\"imageLayoutVersion\":\"1.0.0\"}")
    tar.add("blobs/", .directory)
    tar.add("blobs/sha256/", .directory)
    for blob in blobs { tar.add("blobs/sha256/\(try Digest.of(blob).hex)", .file, blob) }
    tar.add("index.json", .file, Index(manifests: manifests).serialized())
    extra(&tar)
    return tar.finished
  }

  static func layout(_ image: Image) throws -> [UInt8] { try layout([image.manifest], blobs: image.blobs) }

  /// As `docker save` of old, the second layer a link to the first.
  static func dockerSave(
    tags: [String] = ["sv:1"], first: String = String(repeating: "a", count: 64),
    second: String = String(repeating: "b", count: 64)
  ) throws -> [UInt8] {
    let config = try config([layer, layer]).serialized()
    let hex = try Digest.of(config).hex
    var tar = TarBuilder()
    tar.add("\(first)/", .directory)
    tar.add("\(first)/VERSION", text: "1.0")
    tar.add("\(first)/json", text: "{}")
    tar.add("\(first)/layer.tar", .file, layer)
    tar.add("\(second)/layer.tar", .symbolicLink, target: "../\(first)/layer.tar")
    tar.add("\(hex).json", .file, config)
    let names = tags.map { "\"\($0)\"" }.joined(separator: ",")
    tar.add(
      "manifest.json",
      text:
        "[{\"Config\":\"\(hex).json\",\"RepoTags\":[\(names)],\"Layers\":[\"\(first)/layer.tar\",\"\(second)/layer.tar\"]}]"
    )
    tar.add("repositories", text: "{}")
    return tar.finished
  }

  /// As `docker save`, images without layers, each with so many steps of history and the parent of that number.
  static func family(_ members: [(steps: Int, parent: Int?)], _ extra: (inout TarBuilder) -> Void = { _ in }) throws
    -> (ids: [Digest], archive: [UInt8])
  {
    var ids: [Digest] = []
    var tar = TarBuilder()
    for (number, member) in members.enumerated() {
      var config = try config([])
      config.author = "author \(number)"
      config.history = (0..<member.steps).map { HistoryEntry(createdBy: "step \($0)", isEmptyLayer: true) }
      let bytes = config.serialized()
      ids.append(try Digest.of(bytes))
      tar.add("\(number).json", .file, bytes)
    }
    let manifests = members.enumerated().map { number, member in
      let parent = member.parent.map { ",\"Parent\":\"\(ids[$0])\"" } ?? ""
      return "{\"Config\":\"\(number).json\",\"RepoTags\":[\"m:\(number)\"],\"Layers\":[]\(parent)}"
    }
    tar.add("manifest.json", text: "[\(manifests.joined(separator: ","))]")
    extra(&tar)
    return (ids, tar.finished)
  }

  /// Compresses with a program of the distribution; nil where it is missing.
  static func pack(_ bytes: [UInt8], _ program: String, _ scratch: Scratch) throws -> [UInt8]? {
    guard Scratch.has(program) else { return nil }
    _ = try scratch.file(bytes, "plain")
    for name in try scratch.directory(".").directoryEntries() where name.hasPrefix("plain.") {
      unlink("\(scratch.path)/\(name)")
    }
    guard Scratch.run([program, "-q", "-k", "-f", "\(scratch.path)/plain"]) == 0,
      let name = try scratch.directory(".").directoryEntries().first(where: { $0.hasPrefix("plain.") })
    else { return nil }
    return try FileDescriptor.open("\(scratch.path)/\(name)", O_RDONLY).readAll()
  }
}
