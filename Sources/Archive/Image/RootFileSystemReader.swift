import Digests
import Errors
import Glibc
import ImageSpec
import Linux

/// Takes a tar of a root file system as an image of one layer, its configuration made up.
struct RootFileSystemReader {
  /// The two blocks of zeros that end every tar.
  private static let emptyTar = [UInt8](repeating: 0, count: 1024)

  private let archive: FileDescriptor
  private let staging: Staging
  private let platform: Platform
  private let progress: (_ current: Int64, _ total: Int64) -> Void

  init(
    _ archive: FileDescriptor, staging: Staging, platform: Platform,
    progress: @escaping (_ current: Int64, _ total: Int64) -> Void
  ) {
    self.archive = archive
    self.staging = staging
    self.platform = platform
    self.progress = progress
  }

  /// An archive without files gives an image without files.
  ///
  /// - Parameter whatever: takes an image layout for the files it has.
  /// - Returns: nil where it is an image layout after all.
  func read(whatever: Bool = false) throws(GantryError) -> ArchivedImage? {
    let total = try archive.size()
    let stream = try DecompressedStream(of: archive)
    stream.onProgress = { [progress] current in progress(current, total) }
    switch stream.compression {
    case .uncompressed:
      guard let (time, plain) = try scan(stream, whatever) else { return nil }
      // No bytes are an empty tar to whoever reads one, and no blob to whoever stores one.
      let layer = try plain.size == 0 ? staging.add(Self.emptyTar) : staging.addCopy(of: archive, plain)
      return try image(layer, .uncompressed, diffID: layer.digest, time)
    case .gzip, .zstd:
      // The compressed bytes are hashed on a thread of their own while this one looks at the entries.
      let packed = try FileHash(of: archive)
      guard let (time, plain) = try scan(stream, whatever) else { return nil }
      let (digest, size) = try packed.result()
      let layer = try staging.addCopy(of: archive, Staging.File(digest: digest, size: size))
      return try image(layer, stream.compression.layerCompression ?? .gzip, diffID: plain.digest, time)
    case .xz, .bzip2:
      var found: (time: Int, file: Staging.File)?
      let layer = try staging.add { (emit) throws(GantryError) in
        stream.onChunk = emit
        found = try scan(stream, whatever)
      }
      guard let found else { return nil }
      return try image(layer, .uncompressed, diffID: layer.digest, found.time)
    }
  }

  /// Reads all entries.
  ///
  /// - Returns: the newest entry's time, and what the whole tar is; nil where it is an image layout.
  private func scan(
    _ stream: DecompressedStream, _ whatever: Bool
  ) throws(GantryError) -> (time: Int, file: Staging.File)? {
    let reader = try TarReader(stream)
    var newest = 0
    var layout: Set<String> = []
    while let entry = try reader.next() {
      let path = try ImageArchiveReader.path(of: entry).description
      if path == "oci-layout" || path == "index.json" { layout.insert(path) }
      newest = max(newest, entry.modified.tv_sec)
    }
    let (digest, size) = try stream.finish()
    if layout.count == 2, !whatever { return nil }
    return (newest, Staging.File(digest: digest, size: size))
  }

  private func image(_ file: Staging.File, _ compression: LayerCompression, diffID: Digest, _ time: Int)
    throws(GantryError) -> ArchivedImage
  {
    let layer = StagedBlob(mediaType: .layer(compression), digest: file.digest, size: file.size)
    let configuration = ImageConfig(platform: platform, created: Self.text(of: time), diffIDs: [diffID])
    let configFile = try staging.add(configuration.serialized())
    let config = StagedBlob(mediaType: .ociConfig, digest: configFile.digest, size: configFile.size)
    let manifest = Manifest(config: config.descriptor, layers: [layer.descriptor])
    return try ImageBuilder(staging: staging).image(
      names: [], manifest, config: config, layers: [layer], configuration)
  }

  /// RFC 3339. The newest file's time stands for the image's: the same archive gives the same image.
  private static func text(of time: Int) -> String {
    var (seconds, parts) = (time_t(min(time, 253_402_300_799)), tm())
    gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 40)
    strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
