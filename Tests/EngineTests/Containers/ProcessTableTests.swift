import Engine
import Errors
import Messages
import Testing

struct ProcessTableTests {
  private static let output = """
    UID          PID    PPID  C STIME TTY          TIME CMD
    root           1       0  0 20:03 ?        00:00:01 /sbin/init
    root       14623   14600 10 20:35 ?        00:00:00 sleep 600 --long
    """

  @Test func onlyTheContainersProcessesAreKept() throws {
    let table = try ProcessTable.parse(Self.output, pids: [14623])
    #expect(table.titles == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"])
    #expect(
      table.processes.map(\.columns) == [
        ["root", "14623", "14600", "10", "20:35", "?", "00:00:00", "sleep 600 --long"]
      ])
  }

  @Test func withoutPidsThereIsNothingToGoBy() {
    let error = #expect(throws: GantryError.self) { try ProcessTable.parse("CMD\nsleep", pids: [1]) }
    #expect(error?.message == "Couldn't find PID field in ps output")
  }

  @Test func processorShareIsReckonedAsDockersCommandLineDoes() {
    var before = StatsSample()
    before.processorTime = 110_386_477
    before.systemTime = 6_021_380_000_000
    var after = StatsSample()
    after.processorTime = 111_273_101
    after.systemTime = 6_023_320_000_000
    #expect(after.processorPercentTimes100(since: before, processors: 2) == 9)
    #expect(before.processorPercentTimes100(since: after, processors: 2) == 0)
  }

  @Test func linksAreCountedWithoutLoopback() {
    var sample = StatsSample()
    sample.addLinks(
      """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier
          lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0
        eth0:     806       9    0    0    0     0          0         0       42       1    0    0    0     0       0
      """)
    #expect(sample.networkReceived == 806 && sample.networkSent == 42)
  }
}
