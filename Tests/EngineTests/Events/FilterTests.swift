import Engine
import Errors
import Messages
import Testing

struct FilterTests {
  private func event(
    _ type: String, _ action: String, _ id: String, _ attributes: [String: String] = [:]
  ) -> GantryEngineV1.Event { .init(type: type, action: action, actorId: id, attributes: attributes) }

  @Test(arguments: [
    (["type=container"], true), (["type=image"], false), (["event=die"], true), (["event=start"], false),
    (["container=web"], true), (["container=abc"], true), (["container=x"], false), (["label=k=v"], true),
    (["label=k"], true), (["label=k=w"], false), (["image=busybox"], true), (["type=container", "event=start"], false),
    (["type=image", "type=container"], true), ([], true),
  ])
  func eventsPassAsDockerLetsThem(_ filters: [String], _ passes: Bool) throws {
    let die = event("container", "die", "abcdef", ["name": "web", "image": "busybox", "k": "v"])
    #expect(try EventFilter(filters).allows(die) == passes)
  }

  @Test(arguments: [
    ("image=h:5/a", true), ("image=h:5/a:1", true), ("image=sha256:12", true), ("image=h:5/b", false),
    ("image=a", false),
  ])
  func anImageIsFoundWithAndWithoutItsTag(_ filter: String, _ passes: Bool) throws {
    let run = event("container", "die", "abcdef", ["name": "web", "image": "h:5/a:1"])
    let tag = event("image", "tag", "sha256:1234", ["name": "h:5/a:1"])
    let pull = event("image", "pull", "h:5/a:1", ["name": "h:5/a"])
    let isID = filter.contains("sha256")
    #expect(try EventFilter([filter]).allows(run) == (passes && !isID))
    #expect(try EventFilter([filter]).allows(tag) == passes)
    #expect(try EventFilter([filter]).allows(pull) == (passes && !isID))
  }

  @Test func execEventsAreFoundByTheirFirstWord() throws {
    #expect(try EventFilter(["event=exec_start"]).allows(event("container", "exec_start: true", "a")))
  }

  @Test(arguments: [["bogus=1"], ["type"]])
  func unknownFiltersAreNamed(_ filters: [String]) {
    #expect(throws: GantryError.self) { try EventFilter(filters) }
  }

  @Test func psFiltersFindContainers() throws {
    let registry = ContainerRegistry()
    func add(_ name: String, at: Int64, _ lifecycle: ContainerLifecycle) -> ContainerRecord {
      let record = Sample.record(name: name, created: Moment(nanosecondsSince1970: at), lifecycle: lifecycle)
      registry.add(Container(record))
      return record
    }
    let exit = ContainerLifecycle.Exit(
      exitCode: 7, startedAt: .now, finishedAt: .now, oomKilled: false, error: "")
    let old = add("old", at: 1, .exited(exit))
    let web = add("web-1", at: 2, .running(.init(pid: 1, startedAt: .now)))
    let table: [(filters: [String], expected: [String])] = [
      (["name=web"], ["web-1"]), (["name=^/old$"], ["old"]), (["status=exited"], ["old"]), (["exited=7"], ["old"]),
      (["exited=0"], []), (["ancestor=busybox"], ["old", "web-1"]), (["before=web-1"], ["old"]),
      (["since=old"], ["web-1"]), (["label=k=v"], ["old", "web-1"]), (["label=z"], []), (["id=\(old.id)"], ["old"]),
      (["name=old", "name=web"], ["old", "web-1"]), (["network=bridge"], ["old", "web-1"]),
    ]
    for (filters, expected) in table {
      let filter = try ContainerFilter(filters, registry: registry)
      let found = try [old, web].filter { try filter.allows($0, descendants: [web.imageID]) }.map(\.name)
      #expect(found == expected, "\(filters)")
    }
    for bad in ["status=bogus", "exited=x", "bogus=1", "before=nosuch"] {
      #expect(throws: GantryError.self) { try ContainerFilter([bad], registry: registry) }
    }
  }
}
