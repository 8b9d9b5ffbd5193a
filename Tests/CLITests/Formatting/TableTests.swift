import CLI
import Testing

@Suite struct TableTests {
  @Test func `columns have three spaces between them and at least ten characters`() {
    var table = Table()
    table.add(["REPOSITORY", "TAG", "IMAGE ID", "SIZE"])
    table.add(["hello-world", "latest", "0dca70710498", "683kB"])
    table.add(["img", "2", "b1f3b6292107", "1.99MB"])
    #expect(
      table.text == """
        REPOSITORY    TAG       IMAGE ID       SIZE
        hello-world   latest    0dca70710498   683kB
        img           2         b1f3b6292107   1.99MB

        """)
  }

  @Test func `a last cell is never padded, an empty one leaves its column`() {
    var table = Table()
    table.add(["STATUS", "PORTS", "NAMES"])
    table.add(["Exited (7) Less than a second ago", "", "l1"])
    #expect(
      table.text == """
        STATUS                              PORTS     NAMES
        Exited (7) Less than a second ago             l1

        """)
  }
}
