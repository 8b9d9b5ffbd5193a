import Testing
import Version

@Suite struct BuildStampTests {
  @Test func aStampTellsCommitAndTime() {
    let stamp = BuildStamp(parsing: "e6534b4\n1748606834\n")
    #expect(stamp == BuildStamp(commit: "e6534b4", seconds: 1_748_606_834))
    #expect(stamp.date == "Fri May 30 12:07:14 2025")
    #expect(stamp.timestamp == "2025-05-30T12:07:14.000000000+00:00")
  }

  @Test func aDayOfOneDigitIsPadded() {
    #expect(BuildStamp(parsing: "x\n1748779634\n").date == "Sun Jun  1 12:07:14 2025")
  }

  @Test(arguments: ["", "\n", "\nnonsense\n"])
  func aProgramThatWasNotStagedKnowsNothing(_ text: String) {
    let stamp = BuildStamp(parsing: text)
    #expect(stamp.commit == "unknown")
    #expect(stamp.date == "")
    #expect(stamp.timestamp == "")
  }

  @Test func aTimestampIsReadBack() {
    #expect(BuildStamp.date(ofTimestamp: "2025-05-30T12:07:14.000000000+00:00") == "Fri May 30 12:07:14 2025")
    #expect(BuildStamp.date(ofTimestamp: "yesterday") == nil)
    #expect(BuildStamp.date(ofTimestamp: "") == nil)
  }

  @Test func theNumberHasThreeParts() {
    #expect(ProductVersion.number.split(separator: ".").compactMap { Int($0) }.count == 3)
  }
}
