import AsyncServices
import Errors
import Glibc
import Linux
import Messages

extension SnapshotterChecks {
  // MARK: - Stat, Update, List, Usage

  static let describing: [ConformanceCheck] = [
    ConformanceCheck("what is not there is not found") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let missing = UniqueName.make("missing")
      try await expectError(.notFound, what: "Stat") { try await probe.stat(missing) }
      try await expectError(.notFound, what: "Usage") {
        try await probe.client.usage(.init(key: missing), options: within(5))
      }
      try await expectError(.notFound, what: "Update") {
        try await probe.client.update(
          .init(info: .init(name: missing), updateMask: .init(paths: ["labels"])), options: within(5))
      }
    },
    ConformanceCheck("Update changes one label, or all of them, and nothing else") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let name = try await probe.committed(labels: ["a": "1", "b": "1"])
      func update(_ labels: [String: String], _ paths: String...) async throws -> SnapshotterProbe.Info? {
        let request = ContainerdServicesSnapshotsV1.UpdateSnapshotRequest(
          info: .init(name: name, labels: labels), updateMask: .init(paths: paths))
        let response = try await probe.client.update(request, options: within(5))
        return response.info
      }
      try expectEqual(try await update(["a": "2", "c": "2"], "labels.a")?.labels, ["a": "2", "b": "1"], "the labels")
      try expectEqual(try await update(["c": "3"], "labels")?.labels, ["c": "3"], "the labels")
      try expectEqual(try await probe.stat(name).labels, ["c": "3"], "the labels in Stat")
      try await expectError(.invalidArgument, what: "Update of the parent") { try await update([:], "parent") }
      try await probe.remove(name)
    },
    ConformanceCheck("List has each snapshot once, and filters by name, kind and parent") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed()
      let active = UniqueName.make("active")
      _ = try await probe.prepare(active, parent: base)
      let names = try await probe.list().map(\.name)
      for name in [base, active] { try expectEqual(names.filter { $0 == name }.count, 1, "how often List has \(name)") }
      try expectEqual(try await probe.list("name==\(active)").map(\.name), [active], "List by name")
      try expectEqual(try await probe.list("parent==\(base)").map(\.name), [active], "List by parent")
      let kinds = try await probe.list("kind==active").map(\.kind)
      try expect(kinds.allSatisfy { $0 == .active } && !kinds.isEmpty, "List by kind must have that kind only")
      try expectEqual(
        Set(try await probe.list("name==\(active)", "name==\(base)").map(\.name)), [active, base],
        "List by either of two filters")
      try await probe.removeAll(base, active)
    },
    ConformanceCheck("Usage counts what was written, before and after Commit") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let key = UniqueName.make("active")
      try await MountedSnapshot.with(try await probe.prepare(key)) { path in
        let file = try FileDescriptor.open("\(path)/large", O_WRONLY | O_CREAT, mode: 0o644)
        try file.writeAll([UInt8](repeating: 7, count: 2 << 20))
        if fsync(file.number) != 0 { throw GantryError.system("fsync", "large") }
      }
      func usage(_ key: String) async throws -> ContainerdServicesSnapshotsV1.UsageResponse {
        try await probe.client.usage(.init(key: key), options: within(30))
      }
      let active = try await usage(key)
      try expect(active.size >= 2 << 20, "Usage of 2 MiB must be at least that; it is \(active.size)")
      try expect(active.inodes >= 1, "Usage must count inodes")
      let name = UniqueName.make("committed")
      try await probe.commit(key, as: name)
      let committed = try await usage(name)
      try expect(committed.size >= 2 << 20, "Usage after Commit must be at least 2 MiB; it is \(committed.size)")
      try await probe.remove(name)
    },
    ConformanceCheck("Cleanup takes nothing away that is in use") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed { path in try TestFile.write("here", to: "\(path)/file") }
      _ = try await probe.client.cleanup(.init(), options: within(30))
      let key = UniqueName.make("view")
      try await MountedSnapshot.with(try await probe.view(key, parent: base)) { path in
        try expectEqual(try TestFile.read("\(path)/file"), "here", "a file after Cleanup")
      }
      try await probe.removeAll(base, key)
    },
  ]

  // MARK: - Restart

  static let surviving: [ConformanceCheck] = [
    ConformanceCheck("everything is there again after the plugin was killed") { plugin in
      let before = await SnapshotterProbe(plugin)
      let base = try await before.committed(labels: ["kept": "yes"]) { path in
        try TestFile.write("x", to: "\(path)/file")
      }
      let active = UniqueName.make("active")
      let mounts = try await before.prepare(active, parent: base)
      try await MountedSnapshot.with(mounts) { path in try TestFile.write("y", to: "\(path)/second") }
      try await plugin.restart()
      let after = await SnapshotterProbe(plugin)
      try expectEqual(try await after.stat(base).labels["kept"], "yes", "a label after the restart")
      let again = try await after.client.mounts(.init(key: active), options: within(5)).mounts
      try expectEqual(again, mounts, "Mounts after the restart")
      try await MountedSnapshot.with(again) { path in
        try expectEqual(try TestFile.read("\(path)/file"), "x", "a file of the parent after the restart")
        try expectEqual(try TestFile.read("\(path)/second"), "y", "a file of the active snapshot after the restart")
      }
      try await after.removeAll(base, active)
    },
    ConformanceCheck("killed in the middle of many calls, it comes back whole") { plugin in
      let before = await SnapshotterProbe(plugin)
      let base = try await before.committed { path in try TestFile.write("x", to: "\(path)/file") }
      let keys = (0..<40).map { _ in UniqueName.make("active") }
      let work = Task {
        await withTaskGroup(of: Void.self) { group in
          for key in keys { group.addTask { _ = try? await before.prepare(key, parent: base) } }
        }
      }
      try await Task.sleep(for: .milliseconds(3))
      try await plugin.restart()
      await work.value
      let after = await SnapshotterProbe(plugin)
      for info in try await after.list() where keys.contains(info.name) {
        let mounts = try await after.client.mounts(.init(key: info.name), options: within(5)).mounts
        try await MountedSnapshot.with(mounts) { path in
          try expectEqual(try TestFile.read("\(path)/file"), "x", "a file of a snapshot that is listed")
        }
      }
      for key in keys {
        // What was not made before the kill must be makeable now.
        do { _ = try await after.prepare(key, parent: base) } catch let error as GantryError {
          try expectEqual(error.code, .alreadyExists, "the only reason to refuse Prepare")
        }
        try await after.remove(key)
      }
      try await after.remove(base)
    },
  ]
}
