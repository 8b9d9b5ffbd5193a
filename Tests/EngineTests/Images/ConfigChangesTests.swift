import Dockerfile
import Errors
import Messages
import Testing

@Suite struct ConfigChangesTests {
  private func changed(_ lines: String...) throws -> GantryWorkerV1.ImageConfig {
    try ConfigChanges(lines).applied(to: .init())
  }

  @Test func commandsHaveAJSONAndAShellForm() throws {
    #expect(try changed("CMD [\"a\", \"b c\"]").cmd == ["a", "b c"])
    #expect(try changed("cmd echo  hi").cmd == ["/bin/sh", "-c", "echo  hi"])
    let base = GantryWorkerV1.ImageConfig(shell: ["/bin/ash", "-ec"])
    #expect(try ConfigChanges(["ENTRYPOINT run it"]).applied(to: base).entrypoint == ["/bin/ash", "-ec", "run it"])
    #expect(try changed("CMD").cmd == ["/bin/sh", "-c"])
    #expect(try changed("CMD [not, json]").cmd == ["/bin/sh", "-c", "[not, json]"])
  }

  @Test func variablesAreQuotedAndExpandedAsInAShell() throws {
    #expect(try changed("ENV A=b C=\"d e\" F=g\\ h").env == ["A=b", "C=d e", "F=g h"])
    #expect(try changed("ENV A hello  world").env == ["A=hello  world"])
    #expect(try changed("ENV A=1", "ENV B=$A-${A}2 C='$A' D=${NO:-x}${A:+y}").env == ["A=1", "B=1-12", "C=$A", "D=xy"])
    #expect(try changed("ENV A=1", "ENV A=2").env == ["A=2"])
  }

  @Test func variablesThatAreThereAreExpandedAndReplacedInPlace() throws {
    let base = GantryWorkerV1.ImageConfig(env: ["PATH=/usr/bin:/bin", "A=b"])
    let config = try ConfigChanges(["ENV PATH=/opt/x:$PATH C=$A"]).applied(to: base)
    #expect(config.env == ["PATH=/opt/x:/usr/bin:/bin", "A=b", "C=b"])
  }

  @Test func everyOtherInstructionSetsWhatItNames() throws {
    let config = try changed(
      "LABEL k=v \"a b\"=\"c d\"", "EXPOSE 8080:80 53/udp 8000-8001 $NO", "VOLUME /x /y", "VOLUME [\"/z\"]",
      "USER me:you",
      "WORKDIR /a", "WORKDIR b/../c", "STOPSIGNAL SIGINT", "ONBUILD RUN true",
      "HEALTHCHECK --interval=5s --timeout=1m30s --retries=3 CMD curl -f localhost")
    #expect(config.labels == ["k": "v", "a b": "c d"])
    #expect(config.exposedPorts == ["53/udp", "80/tcp", "8000/tcp", "8001/tcp"])
    #expect(config.volumes == ["/x", "/y", "/z"])
    #expect(config.user == "me:you" && config.workingDirectory == "/a/c" && config.stopSignal == "SIGINT")
    #expect(config.onBuild == ["RUN true"])
    #expect(
      String(decoding: config.healthcheck, as: UTF8.self)
        == "{\"Test\":[\"CMD-SHELL\",\"curl -f localhost\"],\"Interval\":5000000000,\"Timeout\":90000000000,\"Retries\":3}"
    )
  }

  @Test func oneTextHoldsSeveralInstructions() throws {
    let config = try changed("# a comment\nENV A=1 \\\n  B=2\n\nUSER me")
    #expect(config.env == ["A=1", "B=2"] && config.user == "me")
  }

  @Test(arguments: [
    ("RUN true", "run is not a valid change command"), ("FOO bar", "foo is not a valid change command"),
    ("ENV", "ENV requires at least one argument"), ("ENV A", "ENV must have two arguments"),
    ("ENV A=1 B", "Syntax error - can't find = in \"B\". Must be of the form: name=value"),
    ("EXPOSE x", "Invalid containerPort: x"), ("EXPOSE 80/xyz", "Invalid proto: xyz"),
    ("SHELL [\"bash\"]", "shell is not a valid change command"),
    ("CMD [\"a\",1]", "when using JSON array syntax, arrays must be comprised of strings only"),
    ("ENV A=\"u", "failed to process \"\\\"u\": unexpected end of statement while looking for matching double-quote"),
    ("LABEL a='b", "failed to process \"'b\": unexpected end of statement while looking for matching single-quote"),
    ("WORKDIR \"\"", "cannot normalize nothing: WORKDIR is empty"), ("EXPOSE x:80", "Invalid hostPort: x"),
    ("", "file with no instructions: a change is one like 'ENV NAME=value'"),
    ("# nothing", "file with no instructions: a change is one like 'ENV NAME=value'"),
    ("ONBUILD ONBUILD RUN x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
    ("VOLUME []", "VOLUME requires at least one argument"), ("WORKDIR", "WORKDIR requires exactly one argument"),
    ("USER", "USER requires exactly one argument"), ("STOPSIGNAL", "STOPSIGNAL requires exactly one argument"),
    ("HEALTHCHECK --interval=0s CMD a", "Interval \"interval\" cannot be less than 1ms"),
    ("HEALTHCHECK --retries=0 CMD a", "--retries must be at least 1 (not 0)"),
    ("HEALTHCHECK --retries=1 --retries=2 CMD a", "Duplicate flag specified: retries"),
    (
      "HEALTHCHECK --interval=foo CMD a",
      "--interval: invalid duration \"foo\": write one of 1ms at least, such as 30s"
    ),
    ("CMD --foo a", "Unknown flag: foo"), ("ENV --foo=x A=1", "Unknown flag: foo"),
    ("HEALTHCHECK FOO x", "Unknown type \"FOO\" in HEALTHCHECK (try CMD)"),
  ])
  func whatIsWrongIsSaid(_ line: String, _ sentence: String) {
    let error = #expect(throws: GantryError.self) { try changed(line) }
    #expect(error?.message == sentence && error?.code == .invalidArgument)
  }
}
