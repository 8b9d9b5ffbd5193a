#!/usr/bin/env python3
# Puts small layers upon the one of an OCI archive, so that there are COUNT in all.
# Layer N adds /layers/N, writes its number into /number, and takes away /gone/<N-1>, which the one below had made.
# usage: many-layers.py ARCHIVE COUNT FILE
import hashlib
import io
import json
import sys
import tarfile

source, count, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
archive = tarfile.open(source)
blobs = {}


def blob(descriptor):
    return archive.extractfile("blobs/" + descriptor["digest"].replace(":", "/")).read()


def store(data):
    digest = hashlib.sha256(data).hexdigest()
    blobs[digest] = data
    return {"digest": "sha256:" + digest, "size": len(data)}


def layer(number):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        files = [(f"layers/{number}", number), ("number", number), (f"gone/{number}", number)]
        if number > 2:
            files.append((f"gone/.wh.{number - 1}", ""))
        for name, content in files:
            data = str(content).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


index = json.load(archive.extractfile("index.json"))
manifest = json.loads(blob(index["manifests"][0]))
config = json.loads(blob(manifest["config"]))
for descriptor in manifest["layers"]:
    store(blob(descriptor))
for number in range(len(manifest["layers"]) + 1, count + 1):
    descriptor = store(layer(number))
    config["rootfs"]["diff_ids"].append(descriptor["digest"])
    manifest["layers"].append({"mediaType": "application/vnd.oci.image.layer.v1.tar", **descriptor})
config.pop("history", None)
manifest["config"].update(store(json.dumps(config).encode()))
index["manifests"][0].update(store(json.dumps(manifest).encode()))
index["manifests"][0]["annotations"] = {"io.containerd.image.name": "docker.io/library/layered:latest"}

with tarfile.open(target, "w") as tar:
    files = [("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'), ("index.json", json.dumps(index).encode())]
    files += [("blobs/sha256/" + digest, data) for digest, data in blobs.items()]
    for name, data in files:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
