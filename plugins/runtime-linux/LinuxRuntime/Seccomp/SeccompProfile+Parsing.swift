import Errors
import JSON
import RuntimeSpec

extension SeccompProfile {
  /// Reads a profile in Docker's format, or a filter in the OCI specification's, which is a part of it.
  ///
  /// - Throws: `.invalidArgument` that names the place.
  init(parsing text: String) throws(GantryError) {
    do throws(GantryError) {
      try self.init(reading: SpecReader(JSONValue(parsing: Array(text.utf8))))
    } catch {
      throw error.wrapped("decoding seccomp profile failed")
    }
  }

  private init(reading reader: SpecReader) throws(GantryError) {
    defaultAction = try reader.required("defaultAction")
    defaultErrno = try reader.optional("defaultErrnoRet")
    flags = try reader.list("flags")
    architectures = [:]
    let plain: [String] = try reader.list("architectures")
    for (name, own) in Self.nativeArchitectures {
      if !plain.isEmpty { architectures[name] = plain }
      for entry in try reader.elements("archMap") where try entry.value("architecture", default: "") == own {
        guard plain.isEmpty else {
          throw GantryError(
            .invalidArgument,
            "'architectures' and 'archMap' were specified in the seccomp profile, use either 'architectures' or 'archMap'"
          )
        }
        architectures[name] = [own] + (try entry.list("subArchitectures") as [String])
      }
    }
    groups = []
    for entry in try reader.elements("syscalls") {
      var rule = try SeccompRule(reading: SpecReader(Self.withNames(entry.value), path: entry.path))
      // Docker's files write "errnoRet" for rules of other actions too, where it means nothing.
      if rule.action == "SCMP_ACT_ALLOW" { rule.errnoRet = nil }
      groups.append(
        Group(
          rule: rule, includes: try Condition(reading: entry.member("includes")),
          excludes: try Condition(reading: entry.member("excludes"))))
    }
  }

  private static let nativeArchitectures = ["amd64": "SCMP_ARCH_X86_64", "arm64": "SCMP_ARCH_AARCH64"]

  /// Old profiles have one "name" in place of "names".
  private static func withNames(_ value: JSONValue) -> JSONValue {
    guard let object = value.object, object["names"] == nil, let name = object["name"] else { return value }
    return .object(JSONObject(object.members.map { ($0.key, $0.value) } + [("names", .array([name]))]))
  }
}

extension SeccompProfile.Condition {
  fileprivate init(reading reader: SpecReader?) throws(GantryError) {
    guard let reader else { return }
    capabilities = try reader.list("caps")
    architectures = try reader.list("arches")
    guard let text: String = try reader.optional("minKernel") else { return }
    guard let version = KernelVersion(text) else { throw reader.expected("a condition with a version in minKernel") }
    minimumKernel = version
  }
}

extension SpecReader {
  /// The elements of the list `key`, each with its path.
  fileprivate func elements(_ key: String) throws(GantryError) -> [SpecReader] {
    guard let member = try member(key) else { return [] }
    guard let elements = member.value.array else { throw member.expected("an array") }
    return elements.enumerated().map { SpecReader($1, path: "\(member.path)[\($0)]") }
  }
}
