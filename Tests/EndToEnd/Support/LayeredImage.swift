import Foundation

/// Images of several layers, written as OCI layouts byte by byte so that a test knows what is in them.
enum LayeredImage {
  /// Makes a layout of layers that python builds: a list of (name, kind, content) entries for each layer.
  ///
  /// - Parameters:
  ///   - layers: python source of a list of lists of tuples; kinds are "d", "f", "l" (hard link), "s" (symbolic link).
  ///   - compression: "gz", or "" for none.
  /// - Returns: what skopeo is to copy from.
  static func make(_ layers: String, in directory: String, compression: String = "gz") throws -> String {
    let layout = "\(directory)/layout-\(UUID().uuidString.prefix(8))"
    let program = """
      import gzip, hashlib, io, json, os, tarfile
      layout, compression = "\(layout)", "\(compression)"
      os.makedirs(layout + "/blobs/sha256")
      def blob(data):
          name = hashlib.sha256(data).hexdigest()
          open(layout + "/blobs/sha256/" + name, "wb").write(data)
          return {"digest": "sha256:" + name, "size": len(data)}
      descriptors, diff_ids = [], []
      for entries in \(layers):
          raw = io.BytesIO()
          tar = tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT)
          for name, kind, content in entries:
              info = tarfile.TarInfo(name)
              info.type = {"d": tarfile.DIRTYPE, "f": tarfile.REGTYPE, "l": tarfile.LNKTYPE, "s": tarfile.SYMTYPE}[kind]
              info.mode = 0o755
              data = content if isinstance(content, bytes) else content.encode()
              if kind == "f": info.size = len(data)
              if kind in "ls": info.linkname = content
              tar.addfile(info, io.BytesIO(data) if kind == "f" else None)
          tar.close()
          data = raw.getvalue()
          diff_ids.append("sha256:" + hashlib.sha256(data).hexdigest())
          if compression: data = gzip.compress(data, 1, mtime=0)
          media = "application/vnd.oci.image.layer.v1.tar" + ("+gzip" if compression else "")
          descriptors.append({"mediaType": media, **blob(data)})
      config = {"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/bin/sh"], "Env": ["PATH=/bin"]},
                "rootfs": {"type": "layers", "diff_ids": diff_ids}}
      manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                  "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **blob(json.dumps(config).encode())},
                  "layers": descriptors}
      entry = {"mediaType": manifest["mediaType"], **blob(json.dumps(manifest).encode()),
               "annotations": {"org.opencontainers.image.ref.name": "it"}}
      json.dump({"schemaVersion": 2, "manifests": [entry]}, open(layout + "/index.json", "w"))
      json.dump({"imageLayoutVersion": "1.0.0"}, open(layout + "/oci-layout", "w"))
      """
    let made = try Command.run(["python3", "-c", program])
    guard made.status == 0 else { throw TestFailure("\(made)") }
    return "oci:\(layout):it"
  }

  /// A first layer with the distribution's busybox as /bin/sh.
  static let base =
    "[('bin', 'd', ''), ('bin/busybox', 'f', open('/bin/busybox', 'rb').read()), ('bin/sh', 's', 'busybox')]"
}
