/// Where a container's own files are, below `<root>/containers/<id>`.
package struct ContainerFiles: Sendable, Equatable {
  package let directory: String
  package let id: String
  /// `<root>/volumes`.
  package let volumes: String

  /// - Parameter root: `<root>/containers`.
  package init(root: String, id: String) {
    directory = "\(root)/\(id)"
    self.id = id
    volumes = root.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/volumes"
  }

  package var logName: String { "\(id)-json.log" }
  package var log: String { "\(directory)/\(logName)" }
  package var hostname: String { "\(directory)/hostname" }
  package var hosts: String { "\(directory)/hosts" }
  package var resolvConf: String { "\(directory)/resolv.conf" }
}
