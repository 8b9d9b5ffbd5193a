import Errors

/// The value of `-v`: "HOST:CONTAINER[:OPTIONS]".
package enum VolumeSyntax {
  private static let options: Set<String> = [
    "ro", "rw", "z", "Z", "shared", "rshared", "slave", "rslave", "private", "rprivate", "nocopy", "consistent",
    "cached", "delegated",
  ]

  /// Reads one.
  ///
  /// - Parameter workingDirectory: what "./x" and "../x" are relative to.
  /// - Throws: `.invalidArgument` in the words of Docker's engine, which checks these; `.unimplemented` for volumes by
  ///   name.
  package static func parse(_ text: String, workingDirectory: String) throws(GantryError) -> MountSetting {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
      throw GantryError(.invalidArgument, "invalid volume specification: '\(text)'")
    }
    guard parts.count > 1 else {
      throw GantryError(
        .unimplemented,
        "anonymous volume '\(text)': volumes are not supported yet, mount a host directory with -v HOST:CONTAINER")
    }
    let target = parts[1]
    let source = absolute(parts[0], workingDirectory)
    guard target.hasPrefix("/") else {
      let kind = source.hasPrefix("/") ? "bind" : "volume"
      throw GantryError(
        .invalidArgument,
        "invalid volume specification: '\(text)': invalid mount config for type \"\(kind)\": invalid mount path: "
          + "'\(target)' mount path must be absolute")
    }
    guard target.contains(where: { $0 != "/" }) else {
      throw GantryError(
        .invalidArgument, "invalid volume specification: '\(text)': invalid specification: destination can't be '/'")
    }
    let chosen = parts.count == 3 ? parts[2].split(separator: ",").map(String.init) : []
    guard chosen.allSatisfy(options.contains), !(chosen.contains("ro") && chosen.contains("rw")) else {
      throw GantryError(.invalidArgument, "invalid mode: \(parts[2])")
    }
    guard source.hasPrefix("/") else { throw notAPath(source) }
    return .bind(source: source, target: target, options: chosen)
  }

  private static func absolute(_ source: String, _ workingDirectory: String) -> String {
    guard source == "." || source == ".." || source.hasPrefix("./") || source.hasPrefix("../") else { return source }
    var parts: [Substring] = []
    for part in (workingDirectory + "/" + source).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func notAPath(_ name: String) -> GantryError {
    let isName =
      name.count > 1
      && name.unicodeScalars.enumerated().allSatisfy { place, scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        case "_", ".", "-": place > 0
        default: false
        }
      }
    guard !isName else {
      return GantryError(
        .unimplemented,
        "volume '\(name)': volumes by name are not supported yet, mount a host directory by its absolute path")
    }
    return GantryError(
      .invalidArgument,
      "create \(name): \"\(name)\" includes invalid characters for a local volume name, only "
        + "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path")
  }
}
