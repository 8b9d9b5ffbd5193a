import Digests
import Errors
import Glibc
import ImageSpec
import Linux

/// Reads an archive of any kind - OCI layout, `docker save`, root file system, compressed or not - and stages its
/// blobs, each verified. Blocks.
///
/// The same archive always gives the same manifest.
public final class ImageArchiveReader {
  public struct Result: Sendable {
    public let images: [ArchivedImage]
    /// Every blob that is in the staging directory now.
    public let blobs: [StagedBlob]
    /// Whether it is a root file system, and the image made up.
    public let isRootFileSystem: Bool
  }

  /// What an archive can be.
  public enum Kind: Sendable {
    case images
    case rootFileSystem
  }

  private let name: String
  private let platform: Platform?
  private let kind: Kind?
  private let staging: Staging
  private let progress: (_ current: Int64, _ total: Int64) -> Void

  /// - Parameters:
  ///   - name: what messages call the archive.
  ///   - platform: wanted where there are images for several; nil is this machine's, and takes a lone image for another.
  ///   - kind: what is wanted, whatever it looks like; nil takes both.
  ///   - staging: an empty directory.
  public init(
    name: String, platform: Platform?, kind: Kind? = nil, staging: FileDescriptor,
    progress: @escaping (_ current: Int64, _ total: Int64) -> Void = { _, _ in }
  ) {
    self.name = name
    self.platform = platform
    self.kind = kind
    self.staging = Staging(staging)
    self.progress = progress
  }

  /// Reads the archive.
  ///
  /// - Parameter archive: any readable file or pipe.
  /// - Throws: `.invalidArgument` naming the archive and what is wrong with it; `GantryError` from the file system.
  public func read(_ archive: FileDescriptor) throws(GantryError) -> Result {
    do throws(GantryError) {
      let file = try staging.seekable(archive)
      let (images, isRootFileSystem) = try images(in: file)
      let blobs = Set(images.flatMap { [$0.manifest, $0.config] + $0.layers })
      try staging.keep(Set(blobs.map(\.digest)))
      return Result(
        images: images, blobs: blobs.sorted { $0.digest.hex < $1.digest.hex }, isRootFileSystem: isRootFileSystem)
    } catch {
      throw error.wrapped(name)
    }
  }

  private func images(
    in file: FileDescriptor
  ) throws(GantryError) -> (images: [ArchivedImage], isRootFileSystem: Bool) {
    if kind == .rootFileSystem { return ([try rootFileSystem(file, whatever: true)].compactMap(\.self), true) }
    let files = try unpack(file, stopsAtRootFileSystem: kind == nil)
    if kind == nil, files.looksLikeRootFileSystem, !files.hasMarks {
      if let image = try rootFileSystem(file) { return ([image], true) }
      // It had an image layout's files after all, only behind others.
      return try understand(unpack(file, stopsAtRootFileSystem: false), file)
    }
    return try understand(files, file)
  }

  private func rootFileSystem(_ file: FileDescriptor, whatever: Bool = false) throws(GantryError) -> ArchivedImage? {
    let platform = platform ?? .current
    guard platform.os == Platform.current.os else {
      throw GantryError(.invalidArgument, "operating system is not supported: \"\(platform.os)\"")
    }
    return try RootFileSystemReader(file, staging: staging, platform: platform, progress: progress)
      .read(whatever: whatever)
  }

  private func understand(
    _ files: ArchiveFiles, _ file: FileDescriptor
  ) throws(GantryError) -> (images: [ArchivedImage], isRootFileSystem: Bool) {
    let builder = ImageBuilder(staging: staging)
    var images: [ArchivedImage] = []
    if files["index.json"] != nil {
      images = try LayoutReader(files, builder, platform: platform).images()
    } else if files["manifest.json"] != nil {
      images = try DockerSaveReader(files, builder).images()
    } else if kind == nil, !files.hasMarks, let image = try rootFileSystem(file) {
      // Nothing but files at the top, or nothing at all: a root file system can be a single program, and an empty one is
      // what Docker makes of an empty archive.
      return ([image], true)
    }
    guard !images.isEmpty else { throw GantryError(.invalidArgument, "no image in this archive: \(lack(in: files))") }
    return (try ArchivedParents(files, builder.staging).told(of: images), false)
  }

  /// What an archive without images would need to have some.
  private func lack(in files: ArchiveFiles) -> String {
    if let list = ["index.json", "manifest.json"].first(where: { files[$0] != nil }) {
      return "its \(list) lists none"
    }
    let words = "it has neither an index.json nor a manifest.json"
    return kind == .images
      ? "\(words); a root file system is taken in with \"gantry import\"" : "\(words), nor is it a root file system"
  }

  /// Stages the files of an archive of images.
  private func unpack(_ file: FileDescriptor, stopsAtRootFileSystem: Bool) throws(GantryError) -> ArchiveFiles {
    let stream = try DecompressedStream(of: file)
    let total = try file.size()
    stream.onProgress = { [progress] current in progress(current, total) }
    let reader = try TarReader(stream)
    var files = ArchiveFiles()
    while let entry = try reader.next() {
      let path = try Self.path(of: entry)
      let text = path.isRoot ? "" : path.description
      switch (entry.kind, ArchiveFiles.place(text)) {
      case (.directory, .directory): continue
      case (.file, .file):
        let staged = try staging.add { (emit) throws(GantryError) in
          try reader.data { (bytes, _) throws(GantryError) in try emit(bytes) }
        }
        try check(staged, path: text)
        try files.add(text, staged)
      case (.symbolicLink, .file), (.hardLink, .file):
        files.addLink(text, to: entry.targetText, isSymbolic: entry.kind == .symbolicLink)
      default:
        files.looksLikeRootFileSystem = true
        if stopsAtRootFileSystem, !files.hasMarks { return files }
      }
    }
    _ = try stream.finish()
    return files
  }

  static func path(of entry: TarEntry) throws(GantryError) -> EntryPath {
    do throws(EntryPath.Refusal) {
      return try entry.rawName.withUnsafeBufferPointer { buffer in
        Swift.Result { () throws(EntryPath.Refusal) in try EntryPath(buffer) }
      }.get()
    } catch {
      throw GantryError(.invalidArgument, "entry \"\(entry.nameText)\" is refused: \(error.rawValue)")
    }
  }

  /// A blob is named by its digest, and must be what it is called.
  private func check(_ file: Staging.File, path: String) throws(GantryError) {
    let parts = path.split(separator: "/")
    guard parts.count == 3, parts[1] == "sha256" else { return }
    guard parts[2] == file.digest.hex else {
      throw GantryError(
        .invalidArgument, "blob sha256:\(parts[2]) is damaged: its content has the digest \(file.digest)")
    }
  }
}
