import AsyncServices
import JSON
import Messages

/// A runtime plugin and how the checks speak to it.
struct RuntimeProbe {
  typealias API = GantryRuntimeV1

  let client: GantryRuntimeV1.RuntimeClient

  init(_ plugin: any PluginUnderTest) async {
    client = API.RuntimeClient(await plugin.caller)
  }

  /// Settings that every runtime can meet.
  static func container(_ change: (inout API.Container) -> Void = { _ in }) -> API.Container {
    var container = API.Container(
      id: UniqueName.id(), args: ["/bin/echo", "one two"], env: ["COLOUR=blue", "EMPTY="], workingDirectory: "/srv",
      hostname: "conformance", networkMode: "private", cgroupPath: "/gantry/conformance")
    change(&container)
    return container
  }

  func response(_ change: (inout API.Container) -> Void = { _ in }) async throws -> API.SpecResponse {
    try await client.spec(.init(container: Self.container(change)), options: within(5))
  }

  /// The specification, as JSON.
  func specification(_ change: (inout API.Container) -> Void = { _ in }) async throws -> JSONValue {
    try Self.parse(try await response(change).spec, "the specification")
  }

  func process(
    in container: (inout API.Container) -> Void = { _ in },
    asking change: (inout API.ExecProcessRequest) -> Void = { _ in }
  ) async throws -> JSONValue {
    var request = API.ExecProcessRequest(spec: try await response(container).spec, args: ["id", "-u"])
    change(&request)
    return try Self.parse(try await client.execProcess(request, options: within(5)).process, "the process")
  }

  static func parse(_ bytes: [UInt8], _ what: String) throws -> JSONValue {
    guard let value = try? JSONValue(parsing: bytes), value.object != nil else {
      throw CheckFailure.failed("\(what) must be a JSON object")
    }
    return value
  }
}

extension JSONValue {
  /// The value at a path of member names; nil where there is none.
  func at(_ path: String...) -> JSONValue? {
    path.reduce(Optional(self)) { $0?[$1] }
  }

  /// The strings of a list; empty for anything else.
  var strings: [String] { array?.compactMap(\.string) ?? [] }

  /// The elements of a list of objects in which `key` is `value`.
  func elements(where key: String, is value: String) -> [JSONValue] {
    array?.filter { $0[key]?.string == value } ?? []
  }
}
