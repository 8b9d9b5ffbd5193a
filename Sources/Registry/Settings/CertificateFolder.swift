import Errors
import Glibc
import Linux

/// What `certs.d/<host>/` holds for one host: authorities to trust besides the system's, and what to show the server.
struct CertificateFolder: Sendable {
  /// The content of every `*.crt`, one after the other.
  var authorities: [UInt8] = []
  var identity: ClientIdentity?

  private static let maximumFileSize = 1 << 20

  /// Reads the folder of `host` in each of the directories; the first one that has it counts.
  ///
  /// - Parameter names: what the folder may be called, best first: `localhost:5000`.
  /// - Throws: `.failedPrecondition` naming a file that cannot be used.
  static func read(_ names: [String], in directories: [String]) throws(GantryError) -> CertificateFolder {
    for directory in directories {
      for name in names where !name.contains("/") {
        let path = "\(directory)/\(name)"
        guard let folder = try? FileDescriptor.open(path, O_RDONLY | O_DIRECTORY) else { continue }
        return try read(folder, path: path)
      }
    }
    return CertificateFolder()
  }

  private static func read(_ folder: FileDescriptor, path: String) throws(GantryError) -> CertificateFolder {
    var result = CertificateFolder()
    let names = try folder.directoryEntries().sorted()
    for name in names where name.hasSuffix(".crt") {
      result.authorities += try content(name, folder, path) + [UInt8(ascii: "\n")]
    }
    for name in names where name.hasSuffix(".cert") && result.identity == nil {
      let key = name.dropLast(".cert".count) + ".key"
      guard names.contains(String(key)) else {
        throw GantryError(
          .failedPrecondition, "\(path)/\(name) has no key beside it: put it there as \(key)")
      }
      result.identity = ClientIdentity(
        certificate: try content(name, folder, path), key: try content(String(key), folder, path))
    }
    for name in names where name.hasSuffix(".key") {
      let certificate = name.dropLast(".key".count) + ".cert"
      guard names.contains(String(certificate)) else {
        throw GantryError(
          .failedPrecondition,
          "\(path)/\(name) has no certificate beside it: put it there as \(certificate) (.crt files are authorities)")
      }
    }
    return result
  }

  private static func content(_ name: String, _ folder: FileDescriptor, _ path: String) throws(GantryError) -> [UInt8] {
    do throws(GantryError) {
      return try folder.open(name, O_RDONLY).readAll(limit: maximumFileSize)
    } catch {
      throw GantryError(.failedPrecondition, "\(path)/\(name) cannot be read: \(error.message)", cause: .error(error))
    }
  }
}
