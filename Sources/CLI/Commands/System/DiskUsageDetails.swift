import Messages

/// What `gantry system df -v` shows without a template: each image, container and volume.
struct DiskUsageDetails {
  private let usage: GantryEngineV1.DiskUsageResponse
  private let now: Int64

  init(_ usage: GantryEngineV1.DiskUsageResponse, now: Int64) {
    self.usage = usage
    self.now = now
  }

  /// As tables.
  var text: String {
    """
    Images space usage:

    \(table(["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE", "SHARED SIZE", "UNIQUE SIZE", "CONTAINERS"], images))
    Containers space usage:

    \(table(["CONTAINER ID", "IMAGE", "COMMAND", "LOCAL VOLUMES", "SIZE", "CREATED", "STATUS", "NAMES"], containers))
    Local Volumes space usage:

    \(table(["VOLUME NAME", "LINKS", "SIZE"], volumes))
    Build cache usage: 0B

    \(table(["CACHE ID", "CACHE TYPE", "SIZE", "CREATED", "LAST USED", "USAGE", "SHARED"], []))
    """
  }

  private func table(_ header: [String], _ rows: [[String]]) -> String {
    var table = Table()
    table.add(header)
    for row in rows { table.add(row) }
    return table.text
  }

  /// A line for each image, by the first of its names.
  private var images: [[String]] {
    var seen: Set<String> = []
    return usage.images.filter { seen.insert($0.id).inserted }.map { image in
      [
        image.repository, image.tag, Truncation.id(image.id), HumanDuration.ago(image.createdUnix, now: now),
        HumanSize.decimal(Double(image.size), precision: 3), HumanSize.decimal(Double(image.sharedSize)),
        HumanSize.decimal(Double(image.size - image.sharedSize)), String(image.containers),
      ]
    }
  }

  private var containers: [[String]] {
    usage.containers.map { container in
      [
        Truncation.id(container.id), container.image, "\"\(Truncation.ellipsis(container.command, 20))\"",
        String(container.localVolumes), HumanSize.decimal(Double(container.sizeRw), precision: 3),
        HumanDuration.ago(container.createdUnix, now: now), container.status, container.name,
      ]
    }
  }

  private var volumes: [[String]] {
    usage.volumes.map { [$0.name, String($0.links), HumanSize.decimal(Double($0.size))] }
  }
}
