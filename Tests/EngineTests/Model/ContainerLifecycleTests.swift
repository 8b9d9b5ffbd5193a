import Engine
import Errors
import Testing

struct ContainerLifecycleTests {
  private static let start = Moment(nanosecondsSince1970: 5)
  private static let run = ContainerLifecycle.Run(pid: 3, startedAt: start)
  private static let exit = ContainerLifecycle.Exit(
    exitCode: 1, startedAt: start, finishedAt: start, oomKilled: false, error: "")

  @Test func aLifeGoesItsWay() throws {
    var state = ContainerLifecycle.creating
    state = try state.prepared(id: "c")
    state = try state.started(pid: 3, at: Self.start, id: "c")
    state = try state.paused(id: "c")
    #expect(state == .paused(Self.run))
    state = try state.unpaused(id: "c")
    state = try state.exited(code: 2, at: Moment(nanosecondsSince1970: 9), oomKilled: true, id: "c")
    #expect(state.exitCode == 2 && state.oomKilled && state.finishedAt == Moment(nanosecondsSince1970: 9))
    state = try state.started(pid: 4, at: Moment(nanosecondsSince1970: 10), id: "c")
    #expect(state.run?.pid == 4)
  }

  @Test func anEndBeforeTheStartIsPutRight() throws {
    let state = try ContainerLifecycle.running(Self.run)
      .exited(code: 0, at: Moment(nanosecondsSince1970: 1), oomKilled: false, id: "c")
    #expect(state.finishedAt == Self.start)
  }

  @Test(arguments: [
    (ContainerLifecycle.running(run), "pause", nil), (.paused(run), "pause", "Container c is already paused"),
    (.exited(exit), "pause", "Container c is not running"), (.running(run), "unpause", "Container c is not paused"),
    (.exited(exit), "exit", "Container c is not running"), (.created(nil), "exec", "Container c is not running"),
    (
      .running(run), "remove",
      "You cannot remove a running container c. Stop the container before attempting removal or force remove"
    ), (.exited(exit), "remove", nil), (.created(nil), "remove", nil),
    (.paused(run), "start", "cannot start a paused container, try unpause instead"),
  ])
  func whatDoesNotFitIsRefusedInDockersWords(
    _ state: ContainerLifecycle, _ operation: String, _ message: String?
  ) {
    var found: GantryError?
    do throws(GantryError) {
      switch operation {
      case "pause": _ = try state.paused(id: "c")
      case "unpause": _ = try state.unpaused(id: "c")
      case "exit": _ = try state.exited(code: 0, at: .now, oomKilled: false, id: "c")
      case "exec": _ = try state.requireRunning(id: "c")
      case "start": try state.checkStartable(id: "c")
      default: try state.checkRemovable(id: "c")
      }
    } catch {
      found = error
    }
    #expect(found?.message == message)
    if message != nil { #expect(found?.code == .failedPrecondition) }
  }

  @Test func aFailedStartKeepsWhatWasBefore() {
    let failure = ContainerLifecycle.StartFailure(exitCode: 127, message: "no such file")
    #expect(ContainerLifecycle.created(nil).failedToStart(failure, at: .now) == .created(failure))
    let again = ContainerLifecycle.exited(Self.exit).failedToStart(failure, at: Moment(nanosecondsSince1970: 8))
    #expect(again.exitCode == 127 && again.startedAt == Self.start && again.error == "no such file")
  }
}
