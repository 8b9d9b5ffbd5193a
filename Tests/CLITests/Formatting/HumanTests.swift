import CLI
import Testing

@Suite struct HumanTests {
  @Test(arguments: [
    (0, "Less than a second"), (1, "1 second"), (59, "59 seconds"), (60, "About a minute"), (119, "About a minute"),
    (120, "2 minutes"), (3599, "59 minutes"), (3600, "About an hour"), (5399, "About an hour"), (5400, "2 hours"),
    (47 * 3600, "47 hours"), (48 * 3600, "2 days"), (13 * 86400, "13 days"), (14 * 86400, "2 weeks"),
    (60 * 86400, "2 months"), (729 * 86400, "24 months"), (730 * 86400, "2 years"), (-5, "Less than a second"),
  ])
  func `durations read as Docker words them`(_ seconds: Int, _ text: String) {
    #expect(HumanDuration.text(.seconds(seconds)) == text)
  }

  @Test func `a time that nobody knows is no time ago`() {
    #expect(HumanDuration.ago(-62_135_596_800, now: 0) == "N/A")
    #expect(HumanDuration.ago(0, now: 120) == "2 minutes ago")
  }

  @Test(arguments: [
    (0, 4, "0B"), (999, 4, "999B"), (1000, 4, "1kB"), (1_985_998, 3, "1.99MB"), (1_985_998, 4, "1.986MB"),
    (682_500, 3, "682kB"), (15_270_000, 4, "15.27MB"), (1_000_000_000_000, 3, "1TB"),
    // Halves go to the even digit, and what a double only nearly holds goes by what it holds.
    (1_125, 3, "1.12kB"), (1_135, 3, "1.14kB"), (1_985_000, 3, "1.99MB"), (1_005_000, 3, "1MB"), (99_960, 3, "100kB"),
    (999_600, 3, "1e+03kB"), (999_960, 4, "1000kB"), (10_050, 3, "10.1kB"), (-5, 4, "-5B"), (-123_456, 3, "-1.23e+05B"),
  ])
  func `decimal sizes`(_ bytes: Double, _ precision: Int, _ text: String) {
    #expect(HumanSize.decimal(bytes, precision: precision) == text)
  }

  @Test(arguments: [(0, "0B"), (1024, "1KiB"), (25_276_000_000, "23.54GiB"), (1_572_864, "1.5MiB")])
  func `binary sizes`(_ bytes: Double, _ text: String) { #expect(HumanSize.binary(bytes) == text) }

  @Test func `percentages have two decimals`() { #expect(HumanSize.fixed(0.126) == "0.13") }

  @Test func `ids and long words are cut`() {
    #expect(Truncation.id("sha256:daff4b4b0500386774ae") == "daff4b4b0500")
    #expect(Truncation.id("daff4b4b0500386774ae") == "daff4b4b0500")
    #expect(Truncation.ellipsis("\"sleep 600 and more than that\"", 20) == "\"sleep 600 and more…")
    #expect(Truncation.ellipsis("\"sleep 600\"", 20) == "\"sleep 600\"")
  }
}
