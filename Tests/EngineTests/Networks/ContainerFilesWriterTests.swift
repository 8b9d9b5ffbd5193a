import Core
import Engine
import Messages
import Testing

struct ContainerFilesWriterTests {
  @Test func serversOnTheHostsLoopbackAreLeftOut() {
    let host = "search lan\nnameserver 127.0.0.53\nnameserver ::1\nnameserver 10.0.0.1\noptions edns0\n"
    #expect(ContainerFilesWriter.resolvConf(host) == "search lan\nnameserver 10.0.0.1\noptions edns0\n")
  }

  @Test func theConfigurationsResolverCountsMore() {
    var configuration = EngineConfiguration()
    configuration.nameServers = ["9.9.9.9"]
    configuration.searchDomains = ["a.example", "b.example"]
    let text = ContainerFilesWriter.resolvConf("search lan\nnameserver 10.0.0.1\n", configuration: configuration)
    #expect(text == "nameserver 9.9.9.9\nsearch a.example b.example\n")
  }

  @Test func hostsNamesTheContainer() {
    let container = GantryRuntimeV1.Container(hostname: "web", domainname: "example.org")
    let hosts = ContainerFilesWriter.hosts(container, endpoint: .init(ipv4Address: "172.17.0.2/16"))
    #expect(hosts.hasPrefix("127.0.0.1\tlocalhost\n"))
    #expect(hosts.hasSuffix("172.17.0.2\tweb.example.org web\n"))
  }

  @Test func whatTheUserMountsIsLeftAlone() {
    let files = ContainerFiles(root: "/r", id: "c")
    let all = ContainerFilesWriter.binds(files, container: .init())
    #expect(all.map(\.target) == ["/etc/resolv.conf", "/etc/hostname", "/etc/hosts"])
    let own = GantryRuntimeV1.Container(binds: [.init(source: "/h", target: "/etc/hosts")])
    #expect(ContainerFilesWriter.binds(files, container: own).count == 2)
  }

  @Test func theFilesAreMountedInAnEtcOfTheUsersOwnToo() {
    let files = ContainerFiles(root: "/r", id: "c")
    func count(_ container: GantryRuntimeV1.Container) -> Int {
      ContainerFilesWriter.binds(files, container: container).count
    }
    #expect(count(.init(tmpfs: [.init(target: "/etc")])) == 3)
    #expect(count(.init(tmpfs: [.init(target: "/etc", options: "size=1m,ro")])) == 0)
    #expect(count(.init(binds: [.init(source: "/srv", target: "/etc", options: ["rbind"])])) == 3)
    #expect(count(.init(binds: [.init(source: "/nosuch", target: "/etc", options: ["rbind", "ro"])])) == 0)
  }
}
