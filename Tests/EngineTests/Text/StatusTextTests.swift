import Engine
import Testing

struct StatusTextTests {
  private static let start = Moment(nanosecondsSince1970: 1_000_000_000_000)
  private static let now = Moment(nanosecondsSince1970: 1_120_000_000_000)
  private static let run = ContainerLifecycle.Run(pid: 7, startedAt: start)
  private static let exit = ContainerLifecycle.Exit(
    exitCode: 137, startedAt: start, finishedAt: Moment(nanosecondsSince1970: 1_119_500_000_000), oomKilled: false,
    error: "")

  @Test(arguments: [
    (ContainerLifecycle.created(nil), "Created"), (.creating, "Created"), (.running(run), "Up 2 minutes"),
    (.paused(run), "Up 2 minutes (Paused)"), (.exited(exit), "Exited (137) Less than a second ago"),
  ])
  func saysWhatDockerSays(_ lifecycle: ContainerLifecycle, _ text: String) {
    #expect(lifecycle.statusText(now: Self.now) == text)
  }

  @Test(arguments: [
    (["sleep", "60"], "sleep 60"), (["sh", "-c", "exit 7"], "sh -c 'exit 7'"), (["echo", ""], "echo "), ([""], ""),
    (["echo", "it's"], "echo it's"), (["sh", "-c", "a;b"], "sh -c a;b"), (["a b", "it's so"], "a b 'it's so'"),
    ([], ""),
  ])
  func quotesCommandsAsDocker(_ arguments: [String], _ text: String) {
    #expect(commandText(arguments) == text)
  }
}
