import CLI
import Testing

@Suite struct HelpPageTests {
  private func help(_ words: String...) throws -> String {
    let (_, outcome) = try GantryCommands.tree.resolve(words + ["--help"])
    guard case .help(let text) = outcome else { return "" }
    return text
  }

  @Test func `a page has Docker's paragraphs and wraps as Docker's does`() throws {
    #expect(
      try help("logs") == """
        Usage:  gantry logs [OPTIONS] CONTAINER

        Fetch the logs of a container

        Aliases:
          gantry container logs, gantry logs

        Options:
              --details        Show extra details provided to logs
          -f, --follow         Follow log output
              --since string   Show logs since timestamp (e.g.
                               "2013-01-02T13:23:37Z") or relative (e.g. "42m"
                               for 42 minutes)
          -n, --tail string    Number of lines to show from the end of the logs
                               (default "all")
          -t, --timestamps     Show timestamps
              --until string   Show logs before a timestamp (e.g.
                               "2013-01-02T13:23:37Z") or relative (e.g. "42m"
                               for 42 minutes)

        """)
  }

  @Test func `a command without options has none in its page`() throws {
    #expect(
      try help("container", "rename") == """
        Usage:  gantry container rename CONTAINER NEW_NAME

        Rename a container

        Aliases:
          gantry container rename, gantry rename

        """)
  }

  @Test func `a format option lists its forms`() throws {
    #expect(
      try help("ps").contains(
        """
              --format string   Format output using a custom template:
                                'table':            Print output in table format
                                with column headers (default)
                                'table TEMPLATE':   Print output in table format
                                using the given Go template
        """))
  }

  @Test func `a group lists its commands`() throws {
    let text = try help("image")
    #expect(text.hasPrefix("Usage:  gantry image COMMAND\n\nManage images\n\nCommands:\n"))
    #expect(text.hasSuffix("\n\nRun 'gantry image COMMAND --help' for more information on a command.\n"))
    #expect(text.contains("\n  rm          Remove one or more images\n"))
  }

  @Test func `a listing has one line for each command, its page the whole summary`() throws {
    #expect(try help().contains(" Log in to a registry.\n  "))
    #expect(try help("login").contains("\n\nLog in to a registry.\nIf no server is specified, "))
  }
}
