import CLI
import Errors
import Testing

@Suite struct OptionParserTests {
  private static let options: [Option] = [
    .flag("interactive", "i", ""), .flag("tty", "t", ""), .flag("rm", "", ""), .flag("sig-proxy", "", "", on: true),
    .list("env", "e", "list", "", check: NameValue.checkVariable), .value("name", "", "string", ""),
    .value("memory", "m", "bytes", "", check: { text throws(GantryError) in _ = try ByteCount.parse(text) }),
    .integer("pids-limit", "", ""),
  ]

  private func parse(_ line: String, stops: Bool = true) throws -> OptionParser {
    var parser = OptionParser(options: Self.options, stopsAtArgument: stops)
    try parser.parse(line.split(separator: " ").map(String.init)[...])
    return parser
  }

  @Test(arguments: [
    ("-it x", ["interactive": ["true"], "tty": ["true"]], ["x"]),
    ("-e A=1 -eB=2 -e=C=3 --env D=4 --env=E=5 x", ["env": ["A=1", "B=2", "C=3", "D=4", "E=5"]], ["x"]),
    ("-ite K=V x", ["interactive": ["true"], "tty": ["true"], "env": ["K=V"]], ["x"]),
    ("--name a --name b x", ["name": ["b"]], ["x"]),
    ("--rm=false --sig-proxy=0 x", ["rm": ["false"], "sig-proxy": ["0"]], ["x"]),
    ("--rm x -i --env A", ["rm": ["true"]], ["x", "-i", "--env", "A"]),
    ("-m 512m -- -x", ["memory": ["512m"]], ["-x"]),
    ("-", [:], ["-"]),
  ])
  func `understands what Docker's users write`(_ line: String, _ values: [String: [String]], _ arguments: [String])
    throws
  {
    let parser = try parse(line)
    #expect(parser.values == values)
    #expect(parser.arguments == arguments)
  }

  @Test func `options may follow arguments where the command allows it`() throws {
    let parser = try parse("a --rm b -i", stops: false)
    #expect(parser.values == ["rm": ["true"], "interactive": ["true"]])
    #expect(parser.arguments == ["a", "b"])
  }

  @Test(arguments: [
    ("--foo x", "unknown flag: --foo"),
    ("-itz x", "unknown shorthand flag: 'z' in -z"),
    ("-zi x", "unknown shorthand flag: 'z' in -zi"),
    ("-m", "flag needs an argument: 'm' in -m"),
    ("--name", "flag needs an argument: --name"),
    ("--=x", "bad flag syntax: --=x"),
    ("-m abc x", "invalid argument \"abc\" for \"-m, --memory\" flag: invalid size: 'abc'"),
    (
      "--rm=maybe", "invalid argument \"maybe\" for \"--rm\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax"
    ),
    (
      "--pids-limit x",
      "invalid argument \"x\" for \"--pids-limit\" flag: strconv.ParseInt: parsing \"x\": invalid syntax"
    ),
    ("-e =x", "invalid argument \"=x\" for \"-e, --env\" flag: invalid environment variable: =x"),
  ])
  func `says in Docker's words what it does not understand`(_ line: String, _ sentence: String) {
    let error = #expect(throws: GantryError.self) { try parse(line) }
    #expect(error?.message == sentence)
  }

  @Test(arguments: ["--help", "-h", "-i --help x"])
  func `help is an option of every command`(_ line: String) throws {
    #expect(try parse(line).wantsHelp)
  }
}
