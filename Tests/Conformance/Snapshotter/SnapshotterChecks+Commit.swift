import Errors
import Glibc
import Messages

func changeMode(_ path: String, _ mode: mode_t) -> Bool { chmod(path, mode) == 0 }

extension SnapshotterChecks {
  // MARK: - Commit, Remove

  static let committing: [ConformanceCheck] = [
    ConformanceCheck("Commit gives the snapshot its name and takes the key away") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed()
      let key = UniqueName.make("active")
      _ = try await probe.prepare(key, parent: base)
      let name = UniqueName.make("committed")
      try await probe.commit(key, as: name, labels: ["colour": "red"])
      try await expectError(.notFound, what: "Stat of the key after Commit") { try await probe.stat(key) }
      let info = try await probe.stat(name)
      try expectEqual(info.kind, .committed, "the kind")
      try expectEqual(info.parent, base, "the parent")
      try expectEqual(info.labels["colour"], "red", "the label given to Commit")
      _ = try await probe.prepare(key, parent: name)
      try await probe.removeAll(base, name, key)
    },
    ConformanceCheck("Commit to a name that is taken is refused and the active snapshot stays") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let taken = try await probe.committed()
      let key = UniqueName.make("active")
      try await MountedSnapshot.with(try await probe.prepare(key)) { path in try TestFile.write("x", to: "\(path)/file")
      }
      try await expectError(.alreadyExists, what: "Commit to a taken name") { try await probe.commit(key, as: taken) }
      try expectEqual(try await probe.stat(key).kind, .active, "the kind after a refused Commit")
      try await probe.removeAll(taken, key)
    },
    ConformanceCheck("only what is active can be committed") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let name = UniqueName.make("committed")
      try await expectError(.notFound, what: "Commit of an unknown key") {
        try await probe.commit(UniqueName.make("missing"), as: name)
      }
      let base = try await probe.committed()
      let view = UniqueName.make("view")
      _ = try await probe.view(view, parent: base)
      for key in [view, base] {
        try await expectError(.failedPrecondition, what: "Commit of a view or a committed snapshot") {
          try await probe.commit(key, as: name)
        }
      }
      try await probe.removeAll(base, view)
    },
    ConformanceCheck("a snapshot with children cannot be removed, and one without can") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let base = try await probe.committed()
      let middle = try await probe.committed(parent: base)
      let active = UniqueName.make("active")
      _ = try await probe.prepare(active, parent: middle)
      for key in [base, middle] {
        try await expectError(.failedPrecondition, what: "Remove of a snapshot with children") {
          try await probe.remove(key)
        }
      }
      for key in [active, middle, base] {
        try await probe.remove(key)
        try await expectError(.notFound, what: "Stat after Remove") { try await probe.stat(key) }
      }
      try await expectError(.notFound, what: "Remove of what is not there") { try await probe.remove(base) }
    },
    ConformanceCheck("what was removed can be made anew and is empty") { plugin in
      let probe = await SnapshotterProbe(plugin)
      let key = UniqueName.make("active")
      try await MountedSnapshot.with(try await probe.prepare(key)) { path in try TestFile.write("x", to: "\(path)/file")
      }
      try await probe.remove(key)
      try await MountedSnapshot.with(try await probe.prepare(key)) { path in
        try expectEqual(try TestFile.read("\(path)/file"), nil, "a file of the removed snapshot")
      }
      try await probe.remove(key)
    },
  ]
}
