import Engine
import Linux
import Messages

/// Imports as the service does.
enum ImageImporterFixture {
  static func run(
    _ engine: Engine, name: String, archive: FileDescriptor
  ) async throws -> GantryEngineV1.ImportResult {
    let importer = ImageImporter(engine.context, collector: GarbageCollector(engine.context))
    return try await importer.importArchive(.init(source: "archive.tar", name: name), archive: archive) { _ in }
  }
}
