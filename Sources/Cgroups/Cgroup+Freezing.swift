import Errors
import Glibc
import Linux

extension Cgroup {
  /// Stops every process of the container where it stands.
  ///
  /// - Throws: `.deadlineExceeded` where they do not stop in time (they run again then); `.notFound` where the
  ///   cgroup is gone; `.failedPrecondition` where the host has no freezer.
  public func freeze(timeout: Duration = .seconds(5)) throws(GantryError) {
    do throws(GantryError) {
      try setFrozen(true, timeout: timeout)
    } catch {
      try? setFrozen(false, timeout: .zero)
      throw error
    }
  }

  /// Lets the processes of the container go on.
  ///
  /// - Throws: as `freeze(timeout:)`.
  public func thaw(timeout: Duration = .seconds(5)) throws(GantryError) {
    try setFrozen(false, timeout: timeout)
  }

  /// Whether the container's processes are stopped.
  public var isFrozen: Bool {
    guard let directory = freezer else { return false }
    if layout.kind == .v2 {
      return KernelText.flatKeyed((try? directory.read("cgroup.events")) ?? "")["frozen"] == 1
    }
    return (try? directory.read("freezer.state"))?.hasPrefix("FROZEN") == true
  }

  private var freezer: ControlDirectory? { directory(of: "freezer") }

  private func setFrozen(_ frozen: Bool, timeout: Duration) throws(GantryError) {
    guard let directory = freezer else {
      throw GantryError(
        .failedPrecondition, "this host has no cgroup freezer, so containers cannot be paused; mount that controller")
    }
    let (file, value) =
      layout.kind == .v2 ? ("cgroup.freeze", frozen ? "1" : "0") : ("freezer.state", frozen ? "FROZEN" : "THAWED")
    let deadline = MonotonicTime.now.advanced(by: timeout)
    while true {
      // v1 can stay half frozen while processes come and go; writing again makes the kernel try again.
      try directory.write(file, value)
      if isFrozen == frozen { return }
      guard MonotonicTime.now < deadline else {
        throw GantryError(
          .deadlineExceeded, "cgroup \(path) did not \(frozen ? "freeze" : "thaw") within \(timeout); try again")
      }
      usleep(500)
    }
  }
}
