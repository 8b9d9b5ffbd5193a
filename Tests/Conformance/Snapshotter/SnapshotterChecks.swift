import Errors
import Messages

/// What a snapshotter must do (`containerd.services.snapshots.v1.Snapshots`).
enum SnapshotterChecks {
  static let all = making + committing + rebasing + describing + surviving

  // MARK: - Prepare, View, Mounts

  private static let making: [ConformanceCheck] = [
    ConformanceCheck("Prepare without a parent makes an empty, writable directory") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let key = UniqueName.make("active")
      let mounts = try await probe.prepare(key, labels: ["colour": "blue"])
      try expect(!MountedSnapshot.isReadOnly(mounts), "the mounts of an active snapshot must be writable")
      try await MountedSnapshot.with(mounts) { path in
        try TestFile.write("hello", to: "\(path)/file")
        try expectEqual(try TestFile.read("\(path)/file"), "hello", "what was written")
        try expectEqual(try TestFile.mode(path), 0o755, "the mode of the root directory")
      }
      let info = try await probe.stat(key)
      try expectEqual(info.name, key, "the name")
      try expectEqual(info.parent, "", "the parent")
      try expectEqual(info.kind, .active, "the kind")
      try expectEqual(info.labels["colour"], "blue", "the label given to Prepare")
      try expect((info.createdAt?.seconds ?? 0) > 0, "created_at must be set")
      try await probe.remove(key)
    },
    ConformanceCheck("a child sees its parent's files and changes none of them") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed { path in
        try TestFile.write("one", to: "\(path)/kept")
        try TestFile.write("one", to: "\(path)/changed")
        try TestFile.write("one", to: "\(path)/removed")
      }
      let key = UniqueName.make("active")
      try await MountedSnapshot.with(try await probe.prepare(key, parent: base)) { path in
        try expectEqual(try TestFile.read("\(path)/kept"), "one", "a file of the parent")
        try TestFile.write("two", to: "\(path)/changed")
        try TestFile.write("two", to: "\(path)/new")
        try TestFile.remove("\(path)/removed")
        try expectEqual(try TestFile.read("\(path)/removed"), nil, "a removed file")
      }
      let view = UniqueName.make("view")
      try await MountedSnapshot.with(try await probe.view(view, parent: base)) { path in
        try expectEqual(try TestFile.read("\(path)/changed"), "one", "the parent's file after the child's change")
        try expectEqual(try TestFile.read("\(path)/removed"), "one", "the parent's file after the child's removal")
        try expectEqual(try TestFile.read("\(path)/new"), nil, "the child's file in the parent")
      }
      try await probe.removeAll(base, key, view)
    },
    ConformanceCheck("a view is read only and shows the committed files") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed { path in try TestFile.write("seen", to: "\(path)/file") }
      let key = UniqueName.make("view")
      let mounts = try await probe.view(key, parent: base)
      try expect(MountedSnapshot.isReadOnly(mounts), "the mounts of a view must be read only")
      try await MountedSnapshot.with(mounts) { path in
        try expectEqual(try TestFile.read("\(path)/file"), "seen", "a file of the view")
      }
      try expectEqual(try await probe.stat(key).kind, .view, "the kind")
      try await probe.removeAll(base, key)
    },
    ConformanceCheck("a chain of twenty snapshots shows the files of each") { plugin in
      let probe = await SnapshotterProbe(plugin)
      var names: [String] = []
      for number in 0..<20 {
        names.append(
          try await probe.committed(parent: names.last ?? "") { path in
            try TestFile.write("\(number)", to: "\(path)/file-\(number)")
            try TestFile.write("\(number)", to: "\(path)/last")
          })
      }
      let key = UniqueName.make("view")
      try await MountedSnapshot.with(try await probe.view(key, parent: names[19])) { path in
        for number in 0..<20 {
          try expectEqual(try TestFile.read("\(path)/file-\(number)"), "\(number)", "file \(number)")
        }
        try expectEqual(try TestFile.read("\(path)/last"), "19", "the file that every snapshot changed")
      }
      for name in (names + [key]).reversed() { try await probe.remove(name) }
    },
    ConformanceCheck("the mode of the root directory comes down to the children") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed { path in
        guard changeMode(path, 0o750) else { throw CheckFailure.failed("the root directory must be changeable") }
      }
      let key = UniqueName.make("active")
      try await MountedSnapshot.with(try await probe.prepare(key, parent: base)) { path in
        try expectEqual(try TestFile.mode(path), 0o750, "the mode of the child's root directory")
      }
      try await probe.removeAll(base, key)
    },
    ConformanceCheck("a key that is taken, by whatever kind, is refused") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed()
      let key = UniqueName.make("active")
      _ = try await probe.prepare(key, parent: base)
      for taken in [key, base] {
        try await expectError(.alreadyExists, what: "Prepare of a taken key") { try await probe.prepare(taken) }
        try await expectError(.alreadyExists, what: "View of a taken key") { try await probe.view(taken, parent: base) }
      }
      try await probe.removeAll(base, key)
    },
    ConformanceCheck("an empty key is refused") { plugin in
      let probe = await SnapshotterProbe(plugin)
      try await expectError(.invalidArgument, what: "Prepare without a key") { try await probe.prepare("") }
    },
    ConformanceCheck("a parent must be there and committed") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let missing = UniqueName.make("missing")
      try await expectError(.notFound, what: "Prepare on a parent that is not there") {
        try await probe.prepare(UniqueName.make("active"), parent: missing)
      }
      let parent = UniqueName.make("active")
      _ = try await probe.prepare(parent)
      let child = UniqueName.make("child")
      try await expectError(
        .invalidArgument, .failedPrecondition, .notFound, what: "Prepare on a parent that is not committed"
      ) { try await probe.prepare(child, parent: parent) }
      try await expectError(.notFound, what: "Stat of what was refused") { try await probe.stat(child) }
      try await probe.remove(parent)
    },
    ConformanceCheck("Mounts answers what Prepare and View answered, and nothing for committed ones") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed()
      let active = UniqueName.make("active")
      let view = UniqueName.make("view")
      let prepared = try await probe.prepare(active, parent: base)
      let viewed = try await probe.view(view, parent: base)
      try expectEqual(try await probe.client.mounts(.init(key: active), options: within(5)).mounts, prepared, "Mounts")
      try expectEqual(try await probe.client.mounts(.init(key: view), options: within(5)).mounts, viewed, "Mounts")
      try await expectError(.failedPrecondition, what: "Mounts of a committed snapshot") {
        try await probe.client.mounts(.init(key: base), options: within(5))
      }
      try await expectError(.notFound, what: "Mounts of an unknown snapshot") {
        try await probe.client.mounts(.init(key: UniqueName.make("missing")), options: within(5))
      }
      try await probe.removeAll(base, active, view)
    },
    ConformanceCheck("of many that ask for one key at once, one gets it; different keys do not hinder each other") {
      plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed()
      let key = UniqueName.make("active")
      let others = (0..<10).map { _ in UniqueName.make("active") }
      let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<10 {
          group.addTask {
            do {
              _ = try await probe.prepare(key, parent: base)
              return true
            } catch let error as GantryError where error.code == .alreadyExists {
              return false
            }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      try expectEqual(successes, 1, "the number of those who got the key")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for other in others { group.addTask { _ = try await probe.prepare(other, parent: base) } }
        try await group.waitForAll()
      }
      for name in others + [key] { try await probe.remove(name) }
      try await probe.remove(base)
    },
  ]
}
