import Errors
import Glibc
import Linux
import Messages

/// The files of a bundle, `<run>/shims/<namespace>/<id>`, that supervisor and shim agree on.
public enum ShimBundle {
  /// The OCI runtime specification.
  public static func specification(in bundle: String) -> String { "\(bundle)/config.json" }
  /// The shim's socket.
  public static func socket(in bundle: String) -> String { "\(bundle)/shim.sock" }
  /// The exit record, `gantry.shim.v1.ExitRecord`, there once the container's first process has ended.
  public static func exitRecord(in bundle: String) -> String { "\(bundle)/exit" }
  /// The shim's own log.
  public static func log(in bundle: String) -> String { "\(bundle)/shim.log" }

  /// Reads the exit record.
  ///
  /// - Returns: nil where the container has not ended, or its shim died before it could say so.
  /// - Throws: `.dataLoss` where the record cannot be understood.
  public static func readExitRecord(in bundle: String) throws(GantryError) -> GantryShimV1.ExitRecord? {
    guard let bytes = try AtomicFile.read(exitRecord(in: bundle), limit: 64 << 10) else { return nil }
    do throws(GantryError) {
      return try GantryShimV1.ExitRecord(serialized: bytes)
    } catch {
      throw GantryError(
        .dataLoss, "exit record \(exitRecord(in: bundle)) is damaged; remove the container", cause: .error(error))
    }
  }

  /// The end of the shim's log, for an error message; "" where it said nothing.
  static func lastWords(in bundle: String) -> String {
    guard let bytes = try? AtomicFile.read(log(in: bundle), limit: 1 << 20) else { return "" }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.last.map(String.init) ?? ""
  }
}
