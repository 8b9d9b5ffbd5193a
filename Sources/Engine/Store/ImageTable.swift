import Database
import Errors
import Messages

/// Images, their names and their layers in the database. Each method is a part of the caller's transaction.
package struct ImageTable {
  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  /// Adds an image; one that is there already stays as it is.
  package func insert(_ image: ImageRecord) throws(GantryError) {
    try transaction.execute(
      """
      INSERT INTO images (id, created, imported, size, chain, description) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING
      """,
      image.id, image.created?.nanosecondsSince1970, image.imported.nanosecondsSince1970, image.size,
      image.chain.joined(separator: " "), image.description.serialized())
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
    for row in try transaction.rows("SELECT * FROM images ORDER BY created DESC, id") {
      do {
        records.append(try record(row))
      } catch {
        let id: String = (try? row.get("id")) ?? "without id"
        failures.append(error.wrapped("the record of image \(id) cannot be read and is left alone"))
      }
    }
    return (records, failures)
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
    let created: Int64? = try row.get("created")
    let chain: String = try row.get("chain")
    let names = try transaction.rows("SELECT name, tagged FROM image_names WHERE image = ? ORDER BY name", id)
    var list: [String] = []
    var lastTagged: Int64?
    for name in names {
      list.append(try name.get("name"))
      lastTagged = max(lastTagged ?? .min, try name.get("tagged"))
    }
    return ImageRecord(
      id: id, created: created.map(Moment.init(nanosecondsSince1970:)),
      imported: Moment(nanosecondsSince1970: try row.get("imported")), size: try row.get("size"),
      description: try GantryWorkerV1.Image(serialized: try row.get("description")),
      chain: chain.split(separator: " ").map(String.init), names: list,
      lastTagged: lastTagged.map(Moment.init(nanosecondsSince1970:)))
  }
}
