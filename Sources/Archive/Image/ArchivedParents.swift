import Digests
import Errors
import ImageSpec

/// Which image of an archive was made from which other, as the manifest.json of `docker save` tells.
struct ArchivedParents {
  private let files: ArchiveFiles
  private let staging: Staging

  init(_ files: ArchiveFiles, _ staging: Staging) {
    self.files = files
    self.staging = staging
  }

  /// The images with their parents, so far as these are among them.
  ///
  /// - Throws: `.invalidArgument` for one that cannot be the other's parent.
  func told(of images: [ArchivedImage]) throws(GantryError) -> [ArchivedImage] {
    var images = images
    for manifest in files.savedManifests(staging) where !manifest.parent.isEmpty {
      guard let id = files[manifest.config]?.digest, let parent = try? Digest(parsing: manifest.parent), parent != id,
        let place = images.firstIndex(where: { $0.config.digest == id }),
        let other = images.first(where: { $0.config.digest == parent })
      else { continue }
      guard isOneStep(from: other.configuration.history, to: images[place].configuration.history) else {
        throw GantryError(.invalidArgument, "image \(parent) is not a valid parent for \(id)")
      }
      images[place].parent = parent
    }
    return images
  }

  /// Docker's rule: the history of the one is the other's and a step more, or neither has any.
  private func isOneStep(from parent: [HistoryEntry], to child: [HistoryEntry]) -> Bool {
    child.isEmpty && parent.isEmpty || child.dropLast() == parent[...] && child.count == parent.count + 1
  }
}
