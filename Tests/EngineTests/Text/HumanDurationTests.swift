import Engine
import Testing

struct HumanDurationTests {
  @Test(arguments: [
    (0, "Less than a second"), (1, "1 second"), (5, "5 seconds"), (59, "59 seconds"), (60, "About a minute"),
    (119, "About a minute"), (120, "2 minutes"), (3599, "59 minutes"), (3600, "About an hour"), (5399, "About an hour"),
    (5400, "2 hours"), (47 * 3600, "47 hours"), (48 * 3600, "2 days"), (13 * 86_400, "13 days"),
    (14 * 86_400, "2 weeks"), (59 * 86_400, "8 weeks"), (60 * 86_400, "2 months"), (729 * 86_400, "24 months"),
    (730 * 86_400, "2 years"), (-5, "Less than a second"),
  ])
  func readsAsDockers(_ seconds: Int, _ text: String) {
    #expect(humanDuration(.seconds(seconds)) == text)
  }
}
