import Foundation
import Testing

@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct NetworkTests {
  @Test func aContainerOnTheBridgeHasAnAddressAndAWayOut() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.expect(
        "run", "--rm", "busybox", "sh", "-c",
        "ip -4 -o addr show eth0 | awk '{print $4}'; ip route | awk '/^default/ {print $3}'; ip link show lo | grep -c UP"
      )
      let address = result.lines.first ?? ""
      let gateway = result.lines.dropFirst().first ?? ""
      #expect(address.hasSuffix("/16") || address.hasSuffix("/20"))
      #expect(!gateway.isEmpty)
      #expect(result.lines.last == "1")
      #expect(try engine.gantry("run", "--rm", "busybox", "ping", "-c", "1", "-W", "2", gateway).status == 0)
    }
  }

  @Test func containersReachEachOtherAndInspectTellsTheirAddresses() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "server", "busybox", "sh", "-c", "while :; do echo hello | nc -l -p 8000; done")
      let address = try engine.expect("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "server").line
      #expect(address.split(separator: ".").count == 4)
      try eventually("the server answers") {
        try engine.gantry("run", "--rm", "busybox", "sh", "-c", "nc -w 1 \(address) 8000 </dev/null").output
          == "hello\n"
      }
    }
  }

  @Test func addressesSurviveARestartOfSupervisorAndPlugin() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "a1", "busybox", "sleep", "600")
      let address = try engine.expect("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "a1").line
      try engine.killSupervisor()
      try engine.start()
      #expect(try engine.expect("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "a1").line == address)
      try engine.expect("plugin", "restart", "network-bridge")
      let other = try engine.expect(
        "run", "--rm", "busybox", "sh", "-c", "hostname -i 2>/dev/null || ip -4 -o addr show eth0")
      #expect(!other.output.contains(address + "/") && other.line != address)
      #expect(try engine.gantry("run", "--rm", "busybox", "ping", "-c", "1", "-W", "2", address).status == 0)
    }
  }

  @Test func noneHasALoopbackAlone() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.expect(
        "run", "--rm", "--network", "none", "busybox", "sh", "-c", "ls /sys/class/net; ip link show lo | grep -c UP")
      #expect(result.lines == ["lo", "1"])
    }
  }

  @Test func masqueradingLeadsOutwards() throws {
    try TestEngine.use { (engine) throws in
      let address = try engine.expect("run", "-d", "--name", "n1", "busybox", "sleep", "60")
      #expect(address.status == 0)
      let rules = try Command.run(["nft", "list", "ruleset"])
      #expect(rules.output.contains("masquerade"))
    }
  }

  @Test func twoEnginesLiveSideBySide() throws {
    try TestEngine.use { (one) throws in
      try one.expect("run", "-d", "--name", "same", "busybox", "sleep", "60")
      try TestEngine.use { (two) throws in
        try two.expect("run", "-d", "--name", "same", "busybox", "sleep", "60")
        let first = try one.expect("inspect", "-f", "{{.NetworkSettings.Gateway}}", "same").line
        let second = try two.expect("inspect", "-f", "{{.NetworkSettings.Gateway}}", "same").line
        #expect(first != second)
        for id in try two.expect("ps", "-aq").lines { try two.expect("rm", "-f", id) }
      }
      #expect(try one.expect("ps", "-q").lines.count == 1)
    }
  }
}
