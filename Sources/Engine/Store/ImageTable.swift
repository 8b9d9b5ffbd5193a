import Database
import Errors
import Messages

/// Images, their names and their layers in the database. Each method is a part of the caller's transaction.
package struct ImageTable {
  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  /// Adds an image; of one that is there already only the size changes, where it was not unpacked.
  package func insert(_ image: ImageRecord) throws(GantryError) {
    try transaction.execute(
      """
      INSERT INTO images (id, created, imported, size, chain, description, parent, labels)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET size = MAX(size, excluded.size)
      """,
      image.id, image.created?.nanosecondsSince1970, image.imported.nanosecondsSince1970, image.size,
      image.chain.joined(separator: " "), image.description.serialized(), image.parent,
      GantryWorkerV1.ImageConfig(labels: image.settings.labels).serialized())
  }

  /// Notes another manifest of the same image, such as one whose layers are compressed in another way.
  package func setDescription(_ image: ImageRecord) throws(GantryError) {
    try transaction.execute(
      "UPDATE images SET description = ? WHERE id = ?", image.description.serialized(), image.id)
  }

  /// Notes which image it was made from.
  ///
  /// - Throws: `.invalidArgument` where that one was made from it.
  package func setParent(of image: String, to parent: String) throws(GantryError) {
    var ancestor = parent
    while !ancestor.isEmpty {
      guard ancestor != image else {
        throw GantryError(.invalidArgument, "image \(parent) is not a valid parent for \(image): it was made from it")
      }
      ancestor = try transaction.rows("SELECT parent FROM images WHERE id = ?", ancestor).first?.get("parent") ?? ""
    }
    try transaction.execute("UPDATE images SET parent = ? WHERE id = ?", parent, image)
  }

  /// Notes how many bytes its layers take unpacked.
  package func setSize(of image: String, chain: [String]) throws(GantryError) {
    try transaction.execute("UPDATE images SET size = ? WHERE id = ?", try size(ofLayers: chain), image)
  }

  /// Bytes of these layers together, as far as they are unpacked.
  package func size(ofLayers chain: [String]) throws(GantryError) -> Int64 {
    var size: Int64 = 0
    for layer in chain { size += try layerSize(chain: layer) ?? 0 }
    return size
  }

  /// Gives the image a name, and takes it from any other image.
  package func setName(_ name: String, image: String, at moment: Moment) throws(GantryError) {
    try transaction.execute(
      """
      INSERT INTO image_names (name, image, tagged) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET image = excluded.image, tagged = excluded.tagged
      """,
      name, image, moment.nanosecondsSince1970)
  }

  package func removeName(_ name: String) throws(GantryError) {
    try transaction.execute("DELETE FROM image_names WHERE name = ?", name)
  }

  package func delete(id: String) throws(GantryError) {
    try transaction.execute("DELETE FROM images WHERE id = ?", id)
  }

  /// The image with exactly this name.
  package func named(_ name: String) throws(GantryError) -> ImageRecord? {
    guard let row = try transaction.first("SELECT image FROM image_names WHERE name = ?", name) else { return nil }
    return try find(id: try row.get("image"))
  }

  package func find(id: String) throws(GantryError) -> ImageRecord? {
    guard let row = try transaction.first("SELECT * FROM images WHERE id = ?", id) else { return nil }
    return try record(row)
  }

  /// Images whose id begins like this.
  package func find(hexPrefix: String) throws(GantryError) -> [ImageRecord] {
    var images: [ImageRecord] = []
    for row in try transaction.rows("SELECT * FROM images WHERE id LIKE ? ORDER BY id LIMIT 2", "sha256:\(hexPrefix)%")
    {
      images.append(try record(row))
    }
    return images
  }

  /// Every image that can be read, newest first, and what is wrong with the others.
  package func all() throws(GantryError) -> (records: [ImageRecord], failures: [GantryError]) {
    var records: [ImageRecord] = []
    var failures: [GantryError] = []
    let names = try names()
    for row in try transaction.rows("SELECT * FROM images ORDER BY created DESC, id") {
      do {
        let id: String = try row.get("id")
        records.append(try record(row, names: names[id] ?? []))
      } catch {
        let id: String = (try? row.get("id")) ?? "without id"
        failures.append(error.wrapped("the record of image \(id) cannot be read and is left alone"))
      }
    }
    return (records, failures)
  }

  /// What a listing shows of every image, newest first: two queries, however many there are.
  package func overviews() throws(GantryError) -> [ImageOverview] {
    let names = try names()
    var overviews: [ImageOverview] = []
    for row in try transaction.rows(
      "SELECT id, created, size, chain, parent, labels FROM images ORDER BY created DESC, id")
    {
      let id: String = try row.get("id")
      let created: Int64? = try row.get("created")
      let chain: String = try row.get("chain")
      let labels: [UInt8]? = try row.get("labels")
      overviews.append(
        ImageOverview(
          id: id, created: created.map(Moment.init(nanosecondsSince1970:)), size: try row.get("size"),
          chain: chain.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) },
          parent: try row.get("parent"), names: (names[id] ?? []).map(\.name), labels: try self.labels(labels, of: id)))
    }
    return overviews
  }

  private func labels(_ bytes: [UInt8]?, of id: String) throws(GantryError) -> [String: String] {
    // An older version wrote none down.
    guard let bytes else { return try find(id: id)?.settings.labels ?? [:] }
    return bytes.isEmpty ? [:] : try GantryWorkerV1.ImageConfig(serialized: bytes).labels
  }

  private typealias Name = (name: String, tagged: Int64)

  private func names() throws(GantryError) -> [String: [Name]] {
    var names: [String: [Name]] = [:]
    for row in try transaction.rows("SELECT name, image, tagged FROM image_names ORDER BY name") {
      let image: String = try row.get("image")
      names[image, default: []].append((try row.get("name"), try row.get("tagged")))
    }
    return names
  }

  /// Ids of the images that were made from this one.
  package func children(of id: String) throws(GantryError) -> [String] {
    var children: [String] = []
    for row in try transaction.rows("SELECT id FROM images WHERE parent = ?", id) { children.append(try row.get("id")) }
    return children
  }

  /// Bytes of each layer, by chain id.
  package func layerSizes() throws(GantryError) -> [String: Int64] {
    var sizes: [String: Int64] = [:]
    for row in try transaction.rows("SELECT chain, size FROM layers") {
      sizes[try row.get("chain")] = try row.get("size")
    }
    return sizes
  }

  package func setLayerSize(chain: String, size: Int64) throws(GantryError) {
    try transaction.execute(
      "INSERT INTO layers (chain, size) VALUES (?, ?) ON CONFLICT (chain) DO UPDATE SET size = excluded.size",
      chain, size)
  }

  package func layerSize(chain: String) throws(GantryError) -> Int64? {
    try transaction.first("SELECT size FROM layers WHERE chain = ?", chain)?.get("size")
  }

  package func deleteLayer(chain: String) throws(GantryError) {
    try transaction.execute("DELETE FROM layers WHERE chain = ?", chain)
  }

  private func record(_ row: DatabaseRow) throws(GantryError) -> ImageRecord {
    let id: String = try row.get("id")
    var names: [Name] = []
    for row in try transaction.rows("SELECT name, tagged FROM image_names WHERE image = ? ORDER BY name", id) {
      names.append((try row.get("name"), try row.get("tagged")))
    }
    return try record(row, names: names)
  }

  private func record(_ row: DatabaseRow, names: [Name]) throws(GantryError) -> ImageRecord {
    let created: Int64? = try row.get("created")
    let chain: String = try row.get("chain")
    return ImageRecord(
      id: try row.get("id"), created: created.map(Moment.init(nanosecondsSince1970:)),
      imported: Moment(nanosecondsSince1970: try row.get("imported")), size: try row.get("size"),
      description: try GantryWorkerV1.Image(serialized: try row.get("description")),
      chain: chain.split(separator: " ").map(String.init), names: names.map(\.name),
      lastTagged: names.map(\.tagged).max().map(Moment.init(nanosecondsSince1970:)), parent: try row.get("parent"))
  }
}
