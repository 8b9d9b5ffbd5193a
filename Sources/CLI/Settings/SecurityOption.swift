import Errors
import JSON
import Linux

/// One `--security-opt`.
package enum SecurityOption {
  /// What the engine gets: a profile's file is read here, and goes along as text.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package static func resolve(_ text: String) throws(GantryError) -> String {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 || parts[0] == "no-new-privileges" else {
      guard text.contains(":") else {
        throw GantryError(.invalidArgument, "Invalid --security-opt: \(GoSyntax.quoted(text))")
      }
      return text
    }
    guard parts[0] == "seccomp", parts[1] != "unconfined", parts[1] != "builtin" else { return text }
    let path = parts[1]
    let bytes: [UInt8]
    do {
      bytes = try FileDescriptor.open(path, 0).readAll(limit: 4 << 20)
    } catch {
      throw error.naming("open", path).wrapped("opening seccomp profile (\(path)) failed")
    }
    do {
      return "seccomp=" + (try JSONValue(parsing: bytes)).text()
    } catch {
      throw error.wrapped("compacting json for seccomp profile (\(path)) failed")
    }
  }
}
