import References
import AsyncServices
import AsyncWire
import Core
import Database
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import Messages

/// Sends images to a registry: manifest and blobs as they came, byte for byte, so that what was pulled has the same digest
/// where it is pushed. Only a layer that is kept uncompressed, because it came in an archive, is compressed first.
package struct ImagePusher: Sendable {
  package typealias Report = ImagePuller.Report

  let context: EngineContext
  let collector: GarbageCollector
  let control: TransferControl

  package init(_ context: EngineContext, collector: GarbageCollector, control: TransferControl) {
    self.context = context
    self.collector = collector
    self.control = control
  }

  /// - Throws: `.notFound` where no image has the name; `.unauthenticated`, `.permissionDenied`, `.unavailable` as the
  ///   registry says.
  package func push(
    _ request: GantryEngineV1.PushImageRequest, report: @escaping Report
  ) async throws -> GantryEngineV1.TransferResult {
    let reference = try Reference(parsing: request.name)
    guard reference.digest == nil else { throw GantryError(.invalidArgument, "cannot push a digest reference") }
    if request.allTags, reference.tag != nil {
      throw GantryError(.invalidArgument, "tag can't be used with --all-tags/-a")
    }
    report(.init(event: .progress(.init(status: "The push refers to repository [\(reference.name)]"))))
    let wanted = try await images(reference, allTags: request.allTags)
    let connection = try await context.registries.open(
      control.request(
        host: reference.domain, credentials: request.credentials, attempts: TransferControl.uploadAttempts))
    do {
      var pushed: [GantryEngineV1.TransferredImage] = []
      for (tag, image) in wanted {
        let push = ImagePush(
          context: context, collector: collector, control: control, connection: connection, reference: reference,
          image: image)
        pushed.append(try await push.run(tag: tag, report))
      }
      return .init(images: pushed)
    } catch {
      throw await connection.explained(error)
    }
  }

  private func images(_ reference: Reference, allTags: Bool) async throws -> [(tag: String, image: ImageRecord)] {
    let repository = reference.familiarName
    let found: [(String, ImageRecord)] = try await context.database.transaction { transaction in
      let table = ImageTable(transaction)
      let tagged = reference.tagged
      if !allTags, let image = try table.named(tagged.familiar) { return [(tagged.tag ?? "latest", image)] }
      let all = try table.all().records
      guard allTags else {
        guard all.contains(where: { $0.names.contains { $0.hasPrefix("\(repository):") } }) else { return [] }
        throw GantryError(.notFound, "tag does not exist: \(tagged.familiar)")
      }
      return all.flatMap { image in
        image.names.filter { $0.hasPrefix("\(repository):") }.map {
          (String($0.dropFirst(repository.utf8.count + 1)), image)
        }
      }.sorted { $0.0 < $1.0 }
    }
    guard !found.isEmpty else {
      throw GantryError(
        .notFound, "An image does not exist locally with the tag: \(allTags ? repository : reference.familiarName)")
    }
    return found
  }
}
