import CLinux
import CNetlink
import Errors
import Glibc
import Linux

extension NetlinkSocket {
  private static let request = UInt16(NLM_F_REQUEST | NLM_F_ACK)
  private static let create = request | UInt16(NLM_F_CREATE | NLM_F_EXCL)

  private func link(_ type: Int32, _ flags: UInt16, _ info: ifinfomsg = ifinfomsg()) -> NetlinkMessage {
    var message = NetlinkMessage(type: UInt16(type), flags: flags)
    message.append(info)
    return message
  }

  /// The number of a link; nil where there is none of that name.
  func index(of name: String) throws(GantryError) -> Int32? {
    var message = link(Int32(RTM_GETLINK), UInt16(NLM_F_REQUEST))
    message.attribute(UInt16(IFLA_IFNAME), name)
    do throws(GantryError) {
      return try exchange(message, "link \(name)").first?.integer(at: 4, as: Int32.self)
    } catch  where error.errno == ENODEV {
      return nil
    }
  }

  /// Makes a bridge. One that is there already is left as it is.
  func createBridge(_ name: String, mtu: UInt32) throws(GantryError) {
    var message = link(Int32(RTM_NEWLINK), Self.create)
    message.attribute(UInt16(IFLA_IFNAME), name)
    if mtu > 0 { message.attribute(UInt16(IFLA_MTU), mtu) }
    message.nested(UInt16(IFLA_LINKINFO)) { $0.attribute(UInt16(IFLA_INFO_KIND), "bridge") }
    do throws(GantryError) {
      try perform(message, "create bridge \(name)")
    } catch  where error.errno == EEXIST {
    }
  }

  /// Makes a pair of links, one end a port of the bridge and up, the other inside `namespace`.
  func createPair(
    host: String, bridge: Int32, peer: String, peerHardwareAddress: [UInt8], namespace: FileDescriptor, mtu: UInt32
  ) throws(GantryError) {
    var info = ifinfomsg()
    info.ifi_flags = UInt32(IFF_UP)
    info.ifi_change = UInt32(IFF_UP)
    var message = link(Int32(RTM_NEWLINK), Self.create, info)
    message.attribute(UInt16(IFLA_IFNAME), host)
    message.attribute(UInt16(IFLA_MASTER), UInt32(bitPattern: bridge))
    if mtu > 0 { message.attribute(UInt16(IFLA_MTU), mtu) }
    message.nested(UInt16(IFLA_LINKINFO)) { message in
      message.attribute(UInt16(IFLA_INFO_KIND), "veth")
      message.nested(UInt16(IFLA_INFO_DATA)) { message in
        // VETH_INFO_PEER of linux/veth.h; it starts with an ifinfomsg of its own.
        message.nested(1) { message in
          message.append(ifinfomsg())
          message.attribute(UInt16(IFLA_IFNAME), peer)
          message.attribute(UInt16(IFLA_ADDRESS), peerHardwareAddress)
          if mtu > 0 { message.attribute(UInt16(IFLA_MTU), mtu) }
          message.attribute(UInt16(IFLA_NET_NS_FD), UInt32(bitPattern: namespace.number))
        }
      }
    }
    try perform(message, "create link \(host)")
  }

  func setUp(_ index: Int32) throws(GantryError) {
    var info = ifinfomsg()
    info.ifi_index = index
    info.ifi_flags = UInt32(IFF_UP)
    info.ifi_change = UInt32(IFF_UP)
    try perform(link(Int32(RTM_NEWLINK), Self.request, info), "set link \(index) up")
  }

  /// Removes a link, and with it the other end of a pair. What is not there is no error.
  func remove(_ name: String) throws(GantryError) {
    var message = link(Int32(RTM_DELLINK), Self.request)
    message.attribute(UInt16(IFLA_IFNAME), name)
    do throws(GantryError) {
      try perform(message, "remove link \(name)")
    } catch  where error.errno == ENODEV {
    }
  }

  /// Gives a link an address. One that it has already is no error.
  func add(_ address: IPAddress, prefixLength: Int, to index: Int32) throws(GantryError) {
    var info = ifaddrmsg()
    info.ifa_family = address.family.number
    info.ifa_prefixlen = UInt8(prefixLength)
    info.ifa_index = UInt32(bitPattern: index)
    // Duplicate detection would hold an IPv6 address back for a second; the plugin knows that it is free.
    info.ifa_flags = address.family == .ipv6 ? UInt8(IFA_F_NODAD) : 0
    var message = NetlinkMessage(type: UInt16(RTM_NEWADDR), flags: Self.create)
    message.append(info)
    message.attribute(UInt16(IFA_LOCAL), address.bytes)
    message.attribute(UInt16(IFA_ADDRESS), address.bytes)
    if address.family == .ipv4 {
      message.attribute(UInt16(IFA_BROADCAST), IPSubnet(containing: address, prefixLength: prefixLength).last.bytes)
    }
    do throws(GantryError) {
      try perform(message, "add address \(address)")
    } catch  where error.errno == EEXIST {
    }
  }

  /// Sends what no other route fits by way of `gateway`. Where there is a way out already it stays: as with Docker, the
  /// first network that a container joins is the one it leaves by.
  func addDefaultRoute(by gateway: IPAddress) throws(GantryError) {
    var info = rtmsg()
    info.rtm_family = gateway.family.number
    info.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
    info.rtm_protocol = UInt8(RTPROT_BOOT)
    info.rtm_scope = UInt8(RT_SCOPE_UNIVERSE.rawValue)
    info.rtm_type = UInt8(RTN_UNICAST)
    var message = NetlinkMessage(type: UInt16(RTM_NEWROUTE), flags: Self.create)
    message.append(info)
    message.attribute(UInt16(RTA_GATEWAY.rawValue), gateway.bytes)
    do throws(GantryError) {
      try perform(message, "add route by \(gateway)")
    } catch  where error.errno == EEXIST {
    }
  }

  /// Every block of addresses that the host's routes and links use; the default route is none.
  func subnetsInUse() throws(GantryError) -> [IPSubnet] {
    var message = NetlinkMessage(type: UInt16(RTM_GETROUTE), flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP))
    message.append(rtmsg())
    let routes = try exchange(message, "routes").compactMap { reply -> IPSubnet? in
      let length = Int(reply.integer(at: 1, as: UInt8.self))
      let attributes = reply.attributes(after: MemoryLayout<rtmsg>.size)
      guard length > 0, let destination = attributes[UInt16(RTA_DST.rawValue)] else { return nil }
      return IPSubnet(containing: IPAddress(bytes: destination), prefixLength: length)
    }
    var addresses = NetlinkMessage(type: UInt16(RTM_GETADDR), flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP))
    addresses.append(ifaddrmsg())
    return routes
      + (try exchange(addresses, "addresses").compactMap { reply -> IPSubnet? in
        let attributes = reply.attributes(after: MemoryLayout<ifaddrmsg>.size)
        guard let address = attributes[UInt16(IFA_LOCAL)] ?? attributes[UInt16(IFA_ADDRESS)] else { return nil }
        return IPSubnet(
          containing: IPAddress(bytes: address), prefixLength: Int(reply.integer(at: 1, as: UInt8.self)))
      })
  }
}
