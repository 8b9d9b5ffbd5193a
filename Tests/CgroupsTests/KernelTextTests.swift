import Cgroups
import Testing

/// Recorded from kernels 6.1 and 6.18.
@Suite struct KernelTextTests {
  @Test func numbersAndMax() {
    #expect(KernelText.number("123\n") == 123)
    #expect(KernelText.number("max\n") == .max)
    #expect(KernelText.number("") == nil)
    #expect(KernelText.number("-1") == nil)
  }

  @Test func flatKeyedFiles() {
    let text = "low 0\nhigh 3\nmax 12\noom 2\noom_kill 1\noom_group_kill 0\nbroken\n"
    #expect(KernelText.flatKeyed(text)["oom_kill"] == 1)
    #expect(KernelText.flatKeyed(text).count == 6)
  }

  @Test func nestedKeyedFiles() {
    let text = "254:0 rbytes=180224 wbytes=0 rios=3 wios=0 dbytes=0 dios=0\n7:0 \n"
    let entries = KernelText.nestedKeyed(text)
    #expect(entries.first?.key == "254:0")
    #expect(entries.first?.values["rbytes"] == 180_224)
    #expect(entries.count == 2)
  }

  @Test func blockIOFiles() {
    let text = "254:0 Read 4096\n254:0 Write 8192\n254:0 Total 12288\nTotal 12288\n"
    let figures = KernelText.blockIO(text)
    #expect(figures.count == 3)
    #expect(figures[1] == BlockIOFigure(operation: "Write", major: 254, minor: 0, value: 8192))
    #expect(KernelText.blockIO("8:0 77\n") == [BlockIOFigure(operation: "", major: 8, minor: 0, value: 77)])
  }

  @Test func processLists() {
    #expect(KernelText.processes("1\n20\nx\n300\n") == [1, 20, 300])
  }

  @Test(arguments: [(4, "4KB"), (2048, "2MB"), (1 << 20, "1GB")])
  func hugePagesHaveTheKernelsNames(kilobytes: UInt64, name: String) {
    #expect(CgroupStatistics.hugepageName(kilobytes: kilobytes) == name)
  }
}
