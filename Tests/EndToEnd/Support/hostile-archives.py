"""Writes archives that a stranger could bring to harm the host. usage: hostile-archives.py FOLDER"""

import hashlib
import io
import json
import os
import sys
import tarfile

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


def layer(*entries):
    """A tar of (name, type, link or content) entries, names written as they are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, kind, value in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            content = b""
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                info.linkname = value
            elif kind == tarfile.REGTYPE:
                content = value.encode()
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def image(path, layer_bytes, media_type="application/vnd.oci.image.layer.v1.tar", diff_id=None, config_bytes=None,
          wrong_digest=False, manifest_extra=None):
    blobs = {}

    def blob(data):
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return digest

    layer_digest = blob(layer_bytes)
    config = config_bytes or json.dumps({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [diff_id or "sha256:" + hashlib.sha256(layer_bytes).hexdigest()]},
    }).encode()
    config_digest = blob(config)
    manifest = {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:" + config_digest,
                   "size": len(config)},
        "layers": [{"mediaType": media_type, "digest": "sha256:" + layer_digest, "size": len(layer_bytes)}],
    }
    manifest.update(manifest_extra or {})
    manifest_bytes = json.dumps(manifest).encode()
    manifest_digest = blob(manifest_bytes)
    if wrong_digest:
        blobs[layer_digest] = layer_bytes[:-1] + b"x"
    index = json.dumps({"schemaVersion": 2, "manifests": [
        {"mediaType": manifest["mediaType"], "digest": "sha256:" + manifest_digest, "size": len(manifest_bytes)}]})
    with tarfile.open(os.path.join(folder, path), "w") as tar:
        def add(name, data):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        add("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
        add("index.json", index.encode())
        for digest, data in blobs.items():
            add("blobs/sha256/" + digest, data)


FILE, LINK, HARD, DIR, CHR = (
    tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE)

image("dotdot.tar", layer(("../../../tmp/gantry-escaped", FILE, "x")))
image("dotdot-inside.tar", layer(("a/../../tmp/gantry-escaped", FILE, "x")))
image("symlink-out.tar", layer(("out", LINK, "../../../../../../tmp"), ("out/../../gantry-escaped", FILE, "x")))
image("symlink-above.tar", layer(("out", LINK, "../../../../../../tmp"), ("out/gantry-escaped", FILE, "x")))
image("absolute.tar", layer(("/tmp/gantry-escaped", FILE, "x")))
image("hardlink-absolute.tar", layer(("a", FILE, "x"), ("b", HARD, "/a")))
image("hardlink-out.tar", layer(("passwd", HARD, "../../../../../../etc/passwd")))
image("hardlink-missing.tar", layer(("a", HARD, "no/such/file")))
image("whiteout-dotdot.tar", layer((".wh...", FILE, "")))
image("whiteout-empty.tar", layer(("d/.wh.", FILE, "")))
image("whiteout-climbs.tar", layer(("../.wh.x", FILE, "")))
image("not-a-tar.tar", b"this is no tar " * 1000)
image("wrong-digest.tar", layer(("a", FILE, "x")), wrong_digest=True)
image("wrong-diff-id.tar", layer(("a", FILE, "x")), diff_id="sha256:" + "0" * 64)
image("deep-config.tar", layer(("a", FILE, "x")), config_bytes=b'{"config":' * 10000 + b"1" + b"}" * 10000)
image("deep-array.tar", layer(("a", FILE, "x")), config_bytes=b"[" * 10000 + b"]" * 10000)
image("foreign.tar", layer(("a", FILE, "x")), media_type="application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
image("unknown-type.tar", layer(("a", FILE, "x")), media_type="application/vnd.stranger.layer")
image("truncated.tar", layer(("a", FILE, "x" * 100000)))
for path, entries in (
    ("plain-absolute.tar", [("/tmp/gantry-escaped", FILE, "x")]),
    ("plain-hardlink-absolute.tar", [("a", FILE, "x"), ("b", HARD, "/a")]),
):
    with open(os.path.join(folder, path), "wb") as file:
        file.write(layer(*entries))
with open(os.path.join(folder, "truncated.tar"), "r+b") as file:
    file.truncate(60000)
