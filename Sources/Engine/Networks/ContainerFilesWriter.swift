import Core
import Errors
import Glibc
import Linux
import Messages

/// Writes the files that Docker mounts over a container's own: /etc/hostname, /etc/hosts, /etc/resolv.conf.
package enum ContainerFilesWriter {
  /// - Parameters:
  ///   - endpoint: the container's place on its network; nil where it has none of its own.
  ///   - sharesHostNetwork: hosts and resolver are the host's then.
  package static func write(
    _ files: ContainerFiles, record: ContainerRecord, endpoint: GantryNetworkV1.Endpoint?, sharesHostNetwork: Bool,
    configuration: EngineConfiguration
  ) throws(GantryError) {
    let runtime = record.runtime
    try put("\(runtime.hostname)\n", files.hostname)
    let hostHosts = sharesHostNetwork ? text("/etc/hosts") : nil
    try put(hostHosts ?? hosts(runtime, endpoint: endpoint), files.hosts)
    let resolver = text("/etc/resolv.conf") ?? ""
    try put(sharesHostNetwork ? resolver : resolvConf(resolver, configuration: configuration), files.resolvConf)
  }

  /// The bind mounts of these files, except where the user mounts something of their own.
  package static func binds(_ files: ContainerFiles, container: GantryRuntimeV1.Container) -> [GantryRuntimeV1.Bind] {
    let taken = Set(container.binds.map(\.target) + container.tmpfs.map(\.target))
    let wanted = [
      ("/etc/resolv.conf", files.resolvConf), ("/etc/hostname", files.hostname), ("/etc/hosts", files.hosts),
    ]
    let access = container.readOnlyRootfs ? "ro" : "rw"
    return wanted.filter { !taken.contains($0.0) && hasPlace($0.0, container) }.map { target, source in
      .init(source: source, target: target, options: ["rbind", "rprivate", access])
    }
  }

  /// Whether there is a file to mount over, or one can be made: not in somebody's /etc that is mounted read-only.
  private static func hasPlace(_ target: String, _ container: GantryRuntimeV1.Container) -> Bool {
    if let etc = container.tmpfs.last(where: { $0.target == "/etc" }) {
      return !etc.options.split(separator: ",").contains("ro")
    }
    let sealed = container.binds.last { $0.target == "/etc" && $0.options.contains("ro") }
    guard let etc = sealed else { return true }
    return access(etc.source + target.dropFirst("/etc".utf8.count), F_OK) == 0
  }

  package static func hosts(
    _ container: GantryRuntimeV1.Container, endpoint: GantryNetworkV1.Endpoint?
  ) -> String {
    var lines = [
      "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", "fe00::0\tip6-localnet",
      "ff00::0\tip6-mcastprefix", "ff02::1\tip6-allnodes", "ff02::2\tip6-allrouters",
    ]
    let names =
      container.domainname.isEmpty
      ? container.hostname : "\(container.hostname).\(container.domainname) \(container.hostname)"
    for address in [endpoint?.ipv4Address, endpoint?.ipv6Address] {
      guard let address, !address.isEmpty else { continue }
      lines.append("\(address.prefix { $0 != "/" })\t\(names)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The host's resolver without servers on the host's own loopback, which a container cannot reach, and
  /// with what the configuration says instead.
  package static func resolvConf(
    _ host: String, configuration: EngineConfiguration = EngineConfiguration()
  ) -> String {
    let lines = host.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      switch words.first {
      case "nameserver" where !configuration.nameServers.isEmpty: return false
      case "search" where !configuration.searchDomains.isEmpty: return false
      case "options" where !configuration.resolverOptions.isEmpty: return false
      case "nameserver" where words.count >= 2: break
      default: return true
      }
      return !words[1].hasPrefix("127.") && words[1] != "::1"
    }
    var added = configuration.nameServers.map { "nameserver \($0)" }
    if !configuration.searchDomains.isEmpty {
      added.append("search \(configuration.searchDomains.joined(separator: " "))")
    }
    if !configuration.resolverOptions.isEmpty {
      added.append("options \(configuration.resolverOptions.joined(separator: " "))")
    }
    return (added.map { $0[...] } + lines).joined(separator: "\n")
  }

  // Written in place, not renamed: a running container has the file itself mounted.
  private static func put(_ text: String, _ path: String) throws(GantryError) {
    try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).writeAll(Array(text.utf8))
  }

  private static func text(_ path: String) -> String? {
    guard let bytes = try? AtomicFile.read(path, limit: 1 << 20) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
