import CLI
import Errors
import Testing

@Suite struct MountTests {
  private func volume(_ text: String) throws -> MountSetting {
    try VolumeSyntax.parse(text, workingDirectory: "/home/me")
  }

  @Test(arguments: [
    ("/a:/b", MountSetting.bind(source: "/a", target: "/b", options: [])),
    ("/a:/b:ro", .bind(source: "/a", target: "/b", options: ["ro"])),
    ("/a:/b:ro,rslave", .bind(source: "/a", target: "/b", options: ["ro", "rslave"])),
    ("./x:/b", .bind(source: "/home/me/x", target: "/b", options: [])),
    ("../x/./y:/b", .bind(source: "/home/x/y", target: "/b", options: [])),
  ])
  func `a volume is a bind of a host path`(_ text: String, _ setting: MountSetting) throws {
    #expect(try volume(text) == setting)
  }

  @Test(arguments: [
    (
      "rel/path:/x",
      "create rel/path: \"rel/path\" includes invalid characters for a local volume name, only "
        + "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
    ),
    (
      "vv:x",
      "invalid volume specification: 'vv:x': invalid mount config for type \"volume\": invalid mount path: 'x' mount "
        + "path must be absolute"
    ),
    ("a:b:c:d", "invalid volume specification: 'a:b:c:d'"), ("/a:/b:foo", "invalid mode: foo"),
    ("/a:/", "invalid volume specification: '/a:/': invalid specification: destination can't be '/'"),
  ])
  func `a bad volume gets Docker's sentence`(_ text: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try volume(text) }
    #expect(error?.message == message)
  }

  @Test(arguments: [
    ("", "invalid empty volume spec"), (":/a", "invalid spec: :/a: empty section between colons"),
    ("/a::ro", "invalid spec: /a::ro: empty section between colons"),
    ("aa:/b:", "invalid spec: aa:/b:: empty section between colons"),
    ("aa:/b:ro:c", "invalid spec: aa:/b:ro:c: too many colons"),
  ])
  func `a volume with wrong sections gets the sentence of Docker's command line`(_ text: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try VolumeSyntax.checkSections(text) }
    #expect(error?.message == message)
  }

  @Test(arguments: ["/a:/b", "/a:/b:ro", "aa:b:c:d", "a:b:c:d", "a:", "::", "/x"])
  func `other volumes are left to the engine's rules`(_ text: String) {
    #expect(throws: Never.self) { try VolumeSyntax.checkSections(text) }
  }

  @Test func `a volume without a name is made for the container`() throws {
    #expect(try volume("/data") == .volume(target: "/data"))
    #expect(try MountSyntax("dst=/data").setting() == .volume(target: "/data"))
    let error = #expect(throws: GantryError.self) { try MountSyntax("dst=/data,readonly").setting() }
    #expect(
      error?.message
        == "invalid mount config for type \"volume\": must not set ReadOnly mode when using anonymous volumes")
    for text in ["rel", "/"] { #expect(throws: GantryError.self) { try volume(text) } }
  }

  @Test func `volumes by name are refused with what to do instead`() {
    let error = #expect(throws: GantryError.self) { try volume("data:/x") }
    #expect(error?.code == .unimplemented)
    #expect(error?.message.contains("mount a host directory") == true)
  }

  @Test(arguments: [
    ("type=bind,src=/a,dst=/b", MountSetting.bind(source: "/a", target: "/b", options: [])),
    (
      "type=bind,source=/a,target=/b,readonly,bind-propagation=rslave",
      .bind(source: "/a", target: "/b", options: ["ro", "rslave"])
    ),
    ("type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777", .tmpfs(target: "/t", options: "size=1048576,mode=1777")),
    ("type=bind,\"src=/a,b\",dst=/c", .bind(source: "/a,b", target: "/c", options: [])),
  ])
  func `a mount is a list of fields`(_ text: String, _ setting: MountSetting) throws {
    #expect(try MountSyntax(text).setting() == setting)
  }

  @Test(arguments: [
    ("foo", "invalid field 'foo' must be a key=value pair"), ("", "EOF"),
    ("type=bind,src=/x", "target is required"), ("type=bind,src=x,dst=/y,foo=bar", "unexpected key 'foo' in 'foo=bar'"),
    ("type=bind,readonly=xx", "invalid value for readonly: xx"),
    ("type=bind,src=/x,dst=/y,tmpfs-size=1", "cannot mix 'tmpfs-*' options with mount type 'bind'"),
    ("type=volume,src=/x,dst=/y,bind-propagation=rslave", "cannot mix 'bind-*' options with mount type 'volume'"),
    ("dst=\"/y", "parse error on line 1, column 5: bare \" in non-quoted-field"),
    ("type=foo,src=/a,dst=/b", "invalid mount config for type \"foo\": mount type unknown: \"foo\""),
    ("type=bind,dst=/b", "invalid mount config for type \"bind\": field Source must not be empty"),
    (
      "type=bind,src=/a,dst=b",
      "invalid mount config for type \"bind\": invalid mount path: 'b' mount path must be absolute"
    ),
  ])
  func `a bad mount gets Docker's sentence`(_ text: String, _ message: String) {
    let error = #expect(throws: GantryError.self) { try MountSyntax(text).setting() }
    #expect(error?.message == message)
  }
}
