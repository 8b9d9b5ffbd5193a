import AsyncServices
import Errors
import Messages

extension SnapshotterChecks {
  // MARK: - Commit on a parent that Prepare was not given

  static let rebasing: [ConformanceCheck] = [
    ConformanceCheck("a snapshot made on nothing can be committed onto a parent") { plugin in
      try await requireRebase(plugin)
      let probe = await SnapshotterProbe(plugin)
      let upper = UniqueName.make("upper")
      // The upper one is there before the one it is to stand on.
      try await MountedSnapshot.with(try await probe.prepare(upper)) { path in
        try TestFile.write("upper", to: "\(path)/both")
        try TestFile.write("upper", to: "\(path)/above")
      }
      let base = try await probe.committed { path in
        try TestFile.write("lower", to: "\(path)/both")
        try TestFile.write("lower", to: "\(path)/below")
        guard changeMode(path, 0o750) else { throw CheckFailure.failed("the root directory must be changeable") }
      }
      let name = UniqueName.make("committed")
      try await probe.commit(upper, as: name, parent: base)
      try expectEqual(try await probe.stat(name).parent, base, "the parent")
      let view = UniqueName.make("view")
      try await MountedSnapshot.with(try await probe.view(view, parent: name)) { path in
        try expectEqual(try TestFile.read("\(path)/both"), "upper", "a file that both have")
        try expectEqual(try TestFile.read("\(path)/above"), "upper", "a file of the upper one")
        try expectEqual(try TestFile.read("\(path)/below"), "lower", "a file of the lower one")
        try expectEqual(try TestFile.mode(path), 0o750, "the mode of the root directory")
      }
      try await expectError(.failedPrecondition, what: "Remove of what another was put on") {
        try await probe.remove(base)
      }
      try await probe.removeAll(base, name, view)
    },
    ConformanceCheck("a snapshot cannot be put on what is not there, not committed, or not its parent") { plugin in
      try await requireRebase(plugin)
      let probe = await SnapshotterProbe(plugin)
      let (base, other) = (try await probe.committed(), try await probe.committed())
      let (free, bound) = (UniqueName.make("free"), UniqueName.make("bound"))
      _ = try await probe.prepare(free)
      _ = try await probe.prepare(bound, parent: base)
      let name = UniqueName.make("committed")
      try await expectError(.notFound, what: "Commit onto a parent that is not there") {
        try await probe.commit(free, as: name, parent: UniqueName.make("missing"))
      }
      try await expectError(.invalidArgument, .failedPrecondition, what: "Commit onto an active snapshot") {
        try await probe.commit(free, as: name, parent: bound)
      }
      try await expectError(.failedPrecondition, what: "Commit onto another parent than Prepare's") {
        try await probe.commit(bound, as: name, parent: other)
      }
      try expectEqual(try await probe.stat(free).kind, .active, "the kind after a refused Commit")
      try await probe.removeAll(base, other, free, bound)
    },
  ]

  private static func requireRebase(_ plugin: any PluginUnderTest) async throws {
    let client = GantryPluginV1.PluginClient(await plugin.caller)
    let description = try await client.describe(.init(contractVersion: 1), options: within(5))
    guard description.capabilities.contains("rebase") else { try skip("the plugin does not name \"rebase\"") }
  }
}
