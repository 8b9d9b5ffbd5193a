import Errors

/// The value of `-v`: "HOST:CONTAINER[:OPTIONS]", or "CONTAINER" for a volume without a name.
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
    let target = parts.count == 1 ? parts[0] : parts[1]
    let source = parts.count == 1 ? "" : absolute(parts[0], workingDirectory)
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
    guard parts.count > 1 else { return .volume(target: target) }
    let chosen = parts.count == 3 ? parts[2].split(separator: ",").map(String.init) : []
    guard chosen.allSatisfy(options.contains), !(chosen.contains("ro") && chosen.contains("rw")) else {
      throw GantryError(.invalidArgument, "invalid mode: \(parts[2])")
    }
    guard source.hasPrefix("/") else { throw notAPath(source) }
    return .bind(source: source, target: target, options: chosen)
  }

  /// What Docker's own command line refuses before its engine sees it.
  ///
  /// - Throws: `.invalidArgument` for an empty value, an empty section and sections behind the options.
  package static func checkSections(_ text: String) throws(GantryError) {
    guard !text.isEmpty else { throw GantryError(.invalidArgument, "invalid empty volume spec") }
    // Up to two characters are a target to Docker, whatever they are.
    guard text.count > 2 else { return }
    let sections = sections(text)
    for (place, section) in sections.enumerated() {
      let complaint =
        if section.isEmpty {
          "empty section between colons"
        } else if place >= 2, place < sections.count - 1 {
          "too many colons"
        } else {
          ""
        }
      guard complaint.isEmpty else { throw GantryError(.invalidArgument, "invalid spec: \(text): \(complaint)") }
    }
  }

  /// Between colons; to Docker, one behind a single letter makes that a drive of Windows and ends no section.
  private static func sections(_ text: String) -> [String] {
    var sections: [String] = []
    var section = ""
    for character in text {
      if character == ":", !(section.count == 1 && section.allSatisfy(\.isLetter)) {
        sections.append(section)
        section = ""
      } else {
        section.append(character)
      }
    }
    return sections + [section]
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
