import JSON
import Messages

extension ContainerInspect {
  var networkSettings: JSONValue {
    let endpoint = record.lifecycle.isRunning ? record.endpoint : nil
    let address = Self.split(endpoint?.ipv4Address ?? "")
    let address6 = Self.split(endpoint?.ipv6Address ?? "")
    let pid = record.lifecycle.run?.pid
    return [
      "Bridge": "",
      "SandboxID": .string(pid == nil ? "" : record.id),
      "HairpinMode": false,
      "LinkLocalIPv6Address": "",
      "LinkLocalIPv6PrefixLen": 0,
      "Ports": ports(endpoint),
      "SandboxKey": .string(pid.map { "/proc/\($0)/ns/net" } ?? ""),
      "SecondaryIPAddresses": .null,
      "SecondaryIPv6Addresses": .null,
      "EndpointID": .string(endpoint?.endpointId ?? ""),
      "Gateway": .string(endpoint?.ipv4Gateway ?? ""),
      "GlobalIPv6Address": .string(address6.address),
      "GlobalIPv6PrefixLen": .integer(address6.prefix),
      "IPAddress": .string(address.address),
      "IPPrefixLen": .integer(address.prefix),
      "IPv6Gateway": .string(endpoint?.ipv6Gateway ?? ""),
      "MacAddress": .string(endpoint?.macAddress ?? ""),
      "Networks": [
        networkName: [
          "IPAMConfig": .null,
          "Links": .null,
          "Aliases": .null,
          "NetworkID": .string(pid == nil ? "" : network?.id ?? ""),
          "EndpointID": .string(endpoint?.endpointId ?? ""),
          "Gateway": .string(endpoint?.ipv4Gateway ?? ""),
          "IPAddress": .string(address.address),
          "IPPrefixLen": .integer(address.prefix),
          "IPv6Gateway": .string(endpoint?.ipv6Gateway ?? ""),
          "GlobalIPv6Address": .string(address6.address),
          "GlobalIPv6PrefixLen": .integer(address6.prefix),
          "MacAddress": .string(endpoint?.macAddress ?? ""),
          "DriverOpts": .null,
        ]
      ],
    ]
  }

  private var networkName: String { network?.name ?? record.networkName }

  private func ports(_ endpoint: GantryNetworkV1.Endpoint?) -> JSONValue {
    var object = JSONObject()
    for port in endpoint?.ports ?? [] {
      let key = "\(port.containerPort)/\(port.protocol)"
      let binding: JSONValue = ["HostIp": .string(port.hostIp), "HostPort": .string(String(port.hostPort))]
      object[key] = .array((object[key]?.array ?? []) + [binding])
    }
    return .object(object)
  }

  private static func split(_ cidr: String) -> (address: String, prefix: Int64) {
    guard let slash = cidr.firstIndex(of: "/") else { return (cidr, 0) }
    return (String(cidr[..<slash]), Int64(cidr[cidr.index(after: slash)...]) ?? 0)
  }
}
