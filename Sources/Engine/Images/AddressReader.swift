import AsyncServices
import Errors
import Glibc
import Linux
import Messages

/// Reads a document from an http or https address, by way of a process that speaks to the network.
struct AddressReader: Sendable {
  let context: EngineContext
  let control: TransferControl

  init(_ context: EngineContext, control: TransferControl) {
    self.context = context
    self.control = control
  }

  /// - Returns: a file without a name that holds all of it, at offset 0.
  /// - Throws: `.invalidArgument` for what is no address, or what the server answers.
  func read(
    _ address: String, progress: @escaping ImageImporter.Progress
  ) async throws -> FileDescriptor {
    guard let host = Self.host(of: address) else {
      throw GantryError(.invalidArgument, "\"\(address)\" is no address: write http://HOST/PATH or https://HOST/PATH")
    }
    try await progress(.init(id: "", status: "Downloading from \(address)"))
    let staging = context.paths.staging
    let file = try await context.threads.run { try FileDescriptor.unnamed(in: staging) }
    let connection = try await context.registries.open(control.request(host: host, credentials: nil))
    do {
      let events = try await connection.registry.download(
        .init(address: address), options: .init(descriptors: [file]))
      try await connection.follow(events, "reading \(address)") { _ in }
    } catch {
      throw await connection.explained(error)
    }
    try await context.threads.run { _ = try retryingOnInterrupt("lseek") { lseek(file.number, 0, SEEK_SET) } }
    return file
  }

  private static func host(of address: String) -> String? {
    guard let start = ["http://", "https://"].first(where: address.hasPrefix) else { return nil }
    let host = address.dropFirst(start.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    return host.isEmpty ? nil : String(host.split(separator: "@").last ?? "")
  }
}
