import AsyncWire
import Errors
import Glibc
import LinuxRuntime
import Messages
import RuntimeSpec

/// The runtime plugin on a machine that is the same everywhere.
struct LinuxRuntimeHarness {
  var host = HostFacts(
    architecture: "amd64", kernel: KernelVersion(major: 6, minor: 1),
    capabilities: Array(CapabilityName.all.prefix(38)),
    cpuCount: 2, cpus: IndexSet(0...1), memoryNodes: IndexSet(0...0), cgroupLayout: .v1)

  init() { host.mounts = MountTable(parsing: "20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw") }

  static let programs = ProgramPaths(shim: "/libexec/gantry-shim", initProgram: "/libexec/gantry-init")

  private var runtime: LinuxRuntime { LinuxRuntime(host: host, programs: Self.programs) }

  /// The settings that everything else of a test is about.
  static func container(_ change: (inout GantryRuntimeV1.Container) -> Void = { _ in }) -> GantryRuntimeV1.Container {
    var container = GantryRuntimeV1.Container(
      id: "c1", args: ["sleep", "1000"], hostname: "h", networkMode: "private", cgroupPath: "/gantry/c1")
    change(&container)
    return container
  }

  func specification(_ change: (inout GantryRuntimeV1.Container) -> Void = { _ in }) async throws -> Specification {
    let request = GantryRuntimeV1.SpecRequest(container: Self.container(change))
    let response = try await runtime.spec(request, context: CallContext(method: GantryRuntimeV1.RuntimeMethods.spec))
    return try Specification(parsing: response.spec)
  }

  /// The error that the settings are refused with; nil where they are taken.
  func refusal(_ change: (inout GantryRuntimeV1.Container) -> Void) async -> GantryError? {
    do {
      _ = try await specification(change)
      return nil
    } catch {
      return error as? GantryError
    }
  }

  func shim() async throws -> GantryRuntimeV1.ShimResponse {
    try await runtime.shim(.init(), context: CallContext(method: GantryRuntimeV1.RuntimeMethods.shim))
  }

  func response(_ container: GantryRuntimeV1.Container?) async throws -> GantryRuntimeV1.SpecResponse {
    let context = CallContext(method: GantryRuntimeV1.RuntimeMethods.spec)
    return try await runtime.spec(.init(container: container), context: context)
  }

  func process(_ request: GantryRuntimeV1.ExecProcessRequest) async throws -> ProcessSpec {
    let context = CallContext(method: GantryRuntimeV1.RuntimeMethods.execProcess)
    return try ProcessSpec(parsing: try await runtime.execProcess(request, context: context).process)
  }

  func features() async throws -> GantryRuntimeV1.FeaturesResponse {
    try await runtime.features(.init(), context: CallContext(method: GantryRuntimeV1.RuntimeMethods.features))
  }
}
