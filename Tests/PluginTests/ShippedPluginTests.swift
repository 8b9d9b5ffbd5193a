import Conformance
import Errors
import Glibc
import Processes
import Testing

/// The one program that plays every shipped plugin, under each of their names.
@Suite struct ShippedPluginTests {
  static let names = [
    "gantry-content-local", "gantry-snapshotter-overlay", "gantry-snapshotter-native", "gantry-network-bridge",
    "gantry-runtime-linux",
  ]

  @Test(.enabled(if: getuid() == 0, "networks need root"), arguments: names)
  func aPluginDescribesItselfByTheNameOfItsLink(_ name: String) async throws {
    let scratch = try ConformanceScratch()
    let plugin = try await PluginProcess(
      program: try ShippedProgram.link(name, in: scratch.path), directory: scratch.path,
      isIsolated: name.contains("network"))
    let description = await plugin.description
    #expect("gantry-\(description.kind)-\(description.name)" == name)
    try await plugin.stop()
  }

  @Test(arguments: ["gantry-content-remote", "gantry-plugins"])
  func anUnknownNameIsRefusedWithASentence(_ name: String) async throws {
    let scratch = try ConformanceScratch()
    let result = try await ShippedProgram.output(of: try ShippedProgram.link(name, in: scratch.path))
    #expect(result.status == .exited(2))
    #expect(
      result.error
        == """
        error: \(name) is no plugin by that name; link it as gantry-<plugin>, or name one as its first argument: \
        content-local, snapshotter-overlay, snapshotter-native, network-bridge, runtime-linux

        """)
  }

  @Test func aPluginNobodyHandedASocketSaysHowItIsStarted() async throws {
    let scratch = try ConformanceScratch()
    let result = try await ShippedProgram.output(of: try ShippedProgram.link("gantry-content-local", in: scratch.path))
    #expect(result.status == .exited(2))
    #expect(result.error.hasPrefix("error: gantry-content-local is started by gantryd; "))
  }
}
