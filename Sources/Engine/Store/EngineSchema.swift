import Database

/// The tables of `<root>/gantry.db`.
///
/// What the code compares, sorts by or joins on is a column; the rest of a container or an image is the
/// message that describes it, whose unknown fields survive a downgrade and back.
package enum EngineSchema {
  package static let migrations = [
    Migration(
      version: 1,
      sql: """
        CREATE TABLE images (
          id TEXT PRIMARY KEY,
          created INTEGER,
          imported INTEGER NOT NULL,
          size INTEGER NOT NULL,
          chain TEXT NOT NULL,          -- chain ids, blanks between them
          description BLOB NOT NULL     -- gantry.worker.v1.Image
        );
        CREATE TABLE image_names (
          name TEXT PRIMARY KEY,
          image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE,
          tagged INTEGER NOT NULL
        );
        CREATE INDEX image_names_image ON image_names(image);
        CREATE TABLE layers (
          chain TEXT PRIMARY KEY,
          size INTEGER NOT NULL
        );
        CREATE TABLE containers (
          id TEXT PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          image TEXT NOT NULL,
          created INTEGER NOT NULL,
          settings BLOB NOT NULL,       -- gantry.engine.v1.CreateContainerRequest
          endpoint BLOB,                -- gantry.network.v1.Endpoint
          restarts INTEGER NOT NULL,
          state TEXT NOT NULL,          -- creating, created, running, paused, exited
          pid INTEGER,
          started INTEGER,
          finished INTEGER,
          exit_code INTEGER,
          oom_killed INTEGER NOT NULL,
          error TEXT NOT NULL
        );
        CREATE TABLE networks (
          id TEXT PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          driver TEXT NOT NULL,
          created INTEGER NOT NULL,
          settings BLOB NOT NULL        -- gantry.network.v1.NetworkConfig
        );
        -- What is being brought in and must not be collected, nor outlive the process that brings it in.
        CREATE TABLE leases (
          lease TEXT NOT NULL,
          kind TEXT NOT NULL,           -- blob, snapshot, directory
          key TEXT NOT NULL,
          PRIMARY KEY (lease, kind, key)
        );
        -- Removals that were answered for and are perhaps not finished.
        CREATE TABLE removals (
          container TEXT PRIMARY KEY,
          network TEXT NOT NULL
        );
        CREATE TABLE engine (
          key TEXT PRIMARY KEY,
          value TEXT NOT NULL
        );
        """),
    Migration(
      version: 2,
      sql: """
        -- Repositories that are known to have a blob.
        CREATE TABLE blob_origins (
          digest TEXT NOT NULL,
          host TEXT NOT NULL,
          repository TEXT NOT NULL,
          PRIMARY KEY (digest, host, repository)
        );
        -- What an uncompressed layer became when it was pushed.
        CREATE TABLE compressed_layers (
          digest TEXT PRIMARY KEY,
          compressed TEXT NOT NULL,
          size INTEGER NOT NULL
        );
        """),
    Migration(
      version: 3,
      sql: """
        -- The image it was made from; empty where that is not known.
        ALTER TABLE images ADD COLUMN parent TEXT NOT NULL DEFAULT '';
        -- gantry.worker.v1.ImageConfig with the labels alone: what a listing needs of the description.
        ALTER TABLE images ADD COLUMN labels BLOB;
        CREATE INDEX images_parent ON images(parent);
        -- Leases that somebody asked for: they outlive this process.
        CREATE TABLE lease_records (
          id TEXT PRIMARY KEY,
          created INTEGER NOT NULL,
          labels BLOB NOT NULL          -- containerd.services.leases.v1.Lease
        );
        CREATE TABLE volumes (
          name TEXT PRIMARY KEY,
          created INTEGER NOT NULL,
          is_anonymous INTEGER NOT NULL
        );
        """),
  ]
}
