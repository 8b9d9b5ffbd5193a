import Errors
import JSON
import RuntimeSpec
import Testing

@Suite struct SpecificationTests {
  @Test func readsWhatDockerWrites() throws {
    let spec = try Specification(parsing: SpecificationFixture.docker.utf8)
    let process = try #require(spec.process)
    #expect(process.args == ["sh", "-c", "echo hi"])
    #expect(process.consoleSize == ConsoleSize(height: 24, width: 80))
    #expect(process.user.additionalGids == [0, 10])
    #expect(process.user.umask == 0o22)
    #expect(process.rlimits == [ResourceLimit(type: "RLIMIT_NOFILE", soft: 1024, hard: .max)])
    #expect(process.capabilities?.bounding == ["CAP_CHOWN", "CAP_KILL"])
    #expect(spec.root?.readonly == true)
    #expect(spec.mounts.map(\.destination) == ["/proc", "/dev"])
    #expect(spec.hooks?.prestart.first?.timeout == 5)
    let linux = try #require(spec.linux)
    #expect(linux.namespaces.map(\.type) == [.mount, .network])
    #expect(linux.namespaces.last?.path == "/var/run/netns/x")
    #expect(linux.resources?.memory?.limit == 67_108_864)
    #expect(linux.resources?.devices.first?.allow == false)
    #expect(linux.resources?.blockIO?.throttleReadBpsDevice.first?.rate == 1_048_576)
    #expect(linux.seccomp?.syscalls.last?.args.first?.valueTwo == 2_080_505_856)
    #expect(linux.sysctl == ["net.ipv4.ip_forward": "1"])
    #expect(spec.annotations[Annotations.user] == "nobody")
  }

  @Test func survivesBeingWrittenAndReadAgain() throws {
    let spec = try Specification(parsing: SpecificationFixture.docker.utf8)
    #expect(try Specification(parsing: spec.serialized()) == spec)
  }

  @Test func writesTheLargestUnsignedNumberInFull() throws {
    let limit = ResourceLimit(type: "RLIMIT_CORE", soft: .max, hard: .max)
    #expect(limit.json.text().contains("\"soft\":18446744073709551615"))
    #expect(try ResourceLimit(reading: SpecReader(JSONValue(parsing: limit.json.serialized()))) == limit)
  }

  @Test func ignoresMembersItDoesNotKnowAndTakesNullAsMissing() throws {
    let spec = try Specification(parsing: #"{"ociVersion":"1.3.0","vm":{"a":1},"linux":null,"mounts":null}"#.utf8)
    #expect(spec.linux == nil)
    #expect(spec.mounts.isEmpty)
  }

  @Test(arguments: [
    (#"{"process":{"args":[1]}}"#, "process.args[0]"),
    (#"{"linux":{"resources":{"memory":{"limit":"64m"}}}}"#, "linux.resources.memory.limit"),
    (#"{"linux":{"namespaces":[{"type":"net"}]}}"#, "linux.namespaces[0].type"),
    (#"{"mounts":[{"type":"proc"}]}"#, "mounts[0].destination"),
    (#"{"process":{"user":{"uid":-1}}}"#, "process.user.uid"),
    (#"{"process":{"rlimits":[{"type":"RLIMIT_CPU","soft":1.5}]}}"#, "process.rlimits[0].soft"),
    (#"{"annotations":{"a":{}}}"#, "annotations.a"),
    (#"[]"#, "the document"),
  ])
  func namesTheMemberThatIsWrong(document: String, place: String) {
    let error = #expect(throws: GantryError.self) { try Specification(parsing: document.utf8) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(place) == true, "\(error?.message ?? "")")
  }
}
