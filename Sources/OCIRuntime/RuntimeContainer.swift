import CLinux
import Cgroups
import Errors
import Glibc
import JSON
import Launcher
import Linux
import RuntimeSpec

/// What is kept of a container between two commands: a directory below the runtime's root.
package struct RuntimeContainer: Sendable {
  package let id: String
  package let directory: String
  package var pid: Int32
  /// When the process began, in clock ticks since boot: tells it from a later one with the same number.
  package var startTime: UInt64
  package var bundle: String
  /// Seconds since 1970.
  package var created: Int64
  package var cgroupPath: String
  package var isStarted: Bool

  package enum Status: String { case creating, created, running, paused, stopped }

  static func directory(root: String, id: String) -> String { "\(root)/\(id)" }

  /// - Throws: `.alreadyExists` where the id is taken.
  static func make(root: String, id: String, bundle: String, cgroupPath: String) throws(GantryError) -> RuntimeContainer
  {
    try Directory.create(root, mode: 0o700)
    let directory = directory(root: root, id: id)
    guard mkdir(directory, 0o700) == 0 else {
      let code = gantry_errno()
      if code == EEXIST {
        throw GantryError(.alreadyExists, "container with id exists: \(id); delete it or choose another id")
      }
      throw .system("mkdir", directory, errno: code)
    }
    return RuntimeContainer(
      id: id, directory: directory, pid: 0, startTime: 0, bundle: bundle, created: Int64(time(nil)),
      cgroupPath: cgroupPath, isStarted: false)
  }

  /// - Throws: `.notFound` for an id that is not there.
  static func load(root: String, id: String) throws(GantryError) -> RuntimeContainer {
    let directory = directory(root: root, id: id)
    let file: FileDescriptor
    do throws(GantryError) {
      file = try .open("\(directory)/state.json", O_RDONLY)
    } catch  where error.errno == ENOENT {
      throw GantryError(.notFound, "container does not exist: \(id); see gantry-runtime list")
    }
    let reader = SpecReader(try JSONValue(parsing: file.readAll()))
    return RuntimeContainer(
      id: id, directory: directory, pid: try reader.required("pid"), startTime: try reader.required("startTime"),
      bundle: try reader.required("bundle"), created: try reader.required("created"),
      cgroupPath: try reader.value("cgroupPath", default: ""), isStarted: try reader.value("started", default: false))
  }

  static func all(root: String) -> [RuntimeContainer] {
    guard let stream = opendir(root) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { !$0.hasPrefix(".") }.sorted().compactMap { try? load(root: root, id: $0) }
  }

  /// Written whole or not at all.
  func save() throws(GantryError) {
    let document: JSONValue = [
      "id": .string(id), "pid": .integer(Int64(pid)), "startTime": startTime.json, "bundle": .string(bundle),
      "created": .integer(created), "cgroupPath": .string(cgroupPath), "started": .bool(isStarted),
    ]
    try write(document.serialized(), to: "state.json")
  }

  func write(_ bytes: [UInt8], to name: String) throws(GantryError) {
    let path = "\(directory)/\(name)"
    try FileDescriptor.open("\(path).new", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600).writeAll(bytes)
    try retryingOnInterrupt("rename", path) { rename("\(path).new", path) }
  }

  /// The specification as it was at creation.
  func specification() throws(GantryError) -> Specification {
    try Specification(parsing: FileDescriptor.open("\(directory)/config.json", O_RDONLY).readAll())
  }

  func remove() {
    for name in ["start", "errors", "config.json", "config.json.new", "state.json", "state.json.new"] {
      unlink("\(directory)/\(name)")
    }
    rmdir(directory)
  }

  package var cgroup: Cgroup? {
    get throws(GantryError) {
      cgroupPath.isEmpty ? nil : try Cgroup(path: cgroupPath, layout: .detect())
    }
  }

  package var status: Status {
    guard pid > 0 else { return .creating }
    guard let process = ProcessStatus(pid: pid), process.startTime == startTime, !process.hasEnded else {
      return .stopped
    }
    if (try? cgroup)?.isFrozen == true { return .paused }
    return isStarted ? .running : .created
  }
}
