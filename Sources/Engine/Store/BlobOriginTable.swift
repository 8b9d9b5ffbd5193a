import Database
import Errors

/// Where blobs are known to be: a push has the registry mount them from there instead of sending them.
/// Each method is a part of the caller's transaction.
package struct BlobOriginTable {
  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  package func add(digest: String, host: String, repository: String) throws(GantryError) {
    try transaction.execute(
      "INSERT OR IGNORE INTO blob_origins (digest, host, repository) VALUES (?, ?, ?)", digest, host, repository)
  }

  /// Repositories of a host that have the blob, the one it came from last first.
  package func repositories(digest: String, host: String) throws(GantryError) -> [String] {
    var repositories: [String] = []
    for row in try transaction.rows(
      "SELECT repository FROM blob_origins WHERE digest = ? AND host = ? ORDER BY rowid DESC LIMIT 8", digest, host)
    {
      repositories.append(try row.get("repository"))
    }
    return repositories
  }

  /// Whether any registry is known to have the blob.
  package func isKnown(_ digest: String) throws(GantryError) -> Bool {
    try transaction.first("SELECT 1 FROM blob_origins WHERE digest = ? LIMIT 1", digest) != nil
  }

  /// The compressed form of a layer that is kept uncompressed; nil where it was never compressed.
  package func compressed(_ digest: String) throws(GantryError) -> (digest: String, size: Int64)? {
    guard
      let row = try transaction.first("SELECT compressed, size FROM compressed_layers WHERE digest = ?", digest)
    else { return nil }
    return (try row.get("compressed"), try row.get("size"))
  }

  /// Every layer that has a compressed form, and that form.
  package func allCompressed() throws(GantryError) -> [(digest: String, compressed: String)] {
    var all: [(String, String)] = []
    for row in try transaction.rows("SELECT digest, compressed FROM compressed_layers") {
      all.append((try row.get("digest"), try row.get("compressed")))
    }
    return all
  }

  package func setCompressed(_ digest: String, _ compressed: String, size: Int64) throws(GantryError) {
    try transaction.execute(
      """
      INSERT INTO compressed_layers (digest, compressed, size) VALUES (?, ?, ?)
      ON CONFLICT (digest) DO UPDATE SET compressed = excluded.compressed, size = excluded.size
      """, digest, compressed, size)
  }

  /// Forgets what is known of a blob that is gone.
  package func forget(_ digest: String) throws(GantryError) {
    try transaction.execute("DELETE FROM blob_origins WHERE digest = ?", digest)
    try transaction.execute("DELETE FROM compressed_layers WHERE digest = ? OR compressed = ?", digest, digest)
  }
}
