"""What the benchmarks measure with: archives and images, made anew in each run from a fixed seed."""

import hashlib
import json
import os
import random
import shutil
import subprocess


def run(*command, check=True, **rest):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **rest)
    if check and result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} -> {result.returncode}: {result.stderr.strip()[-400:]}")
    return result


def make_layer(scratch):
    """One gzip layer of 81 MB that unpacks to 224: three quarters text-like, the rest noise."""
    root, tar = f"{scratch}/big", f"{scratch}/layer.tar"
    if os.path.exists(tar + ".gz"):
        return tar + ".gz"  # another measurement has made it
    os.makedirs(root)
    random.seed(1)
    words = [random.randbytes(6).hex() for _ in range(750)]
    for number in range(2800):
        folder = f"{root}/d{number % 97}"
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/f{number}", "wb") as file:
            if number % 4 == 0:
                file.write(random.randbytes(64000))
            else:
                file.write(" ".join(random.choices(words, k=6500)).encode())
    run("tar", "-C", root, "-cf", tar, ".")
    run("gzip", "-6", "-k", tar)
    return tar + ".gz"


def make_many(scratch, count):
    """An archive of `docker save` with so many images of one layer, each with its own settings."""
    place = f"{scratch}/many"
    os.makedirs(place)
    run("tar", "-C", "/bin", "-cf", f"{place}/layer.tar", "busybox")
    with open(f"{place}/layer.tar", "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    manifest = []
    for number in range(count):
        config = json.dumps({
            "architecture": "amd64", "os": "linux", "created": f"2024-01-01T{number // 60 % 24:02}:{number % 60:02}:00Z",
            "config": {"Env": ["PATH=/bin"], "Cmd": ["/busybox"], "Labels": {"number": str(number)}},
            "history": [{"created_by": "a layer"}] + [{"created_by": f"step {n}", "empty_layer": True} for n in range(12)],
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]}})
        with open(f"{place}/{number}.json", "w") as file:
            file.write(config)
        manifest.append({"Config": f"{number}.json", "RepoTags": [f"bench/image-{number}:1"], "Layers": ["layer.tar"]})
    with open(f"{place}/manifest.json", "w") as file:
        json.dump(manifest, file)
    run("tar", "-C", place, "-cf", f"{scratch}/many.tar", ".")
    return f"{scratch}/many.tar"


def publish(scratch, host, name, layers):
    """Puts an image of gzip layers into the registry."""
    layout = f"{scratch}/layout-{name}"
    blobs = f"{layout}/blobs/sha256"
    os.makedirs(blobs)

    def take(path):
        digest = run("sha256sum", path).stdout[:64]
        size = os.path.getsize(path)
        shutil.move(path, f"{blobs}/{digest}")
        return {"digest": f"sha256:{digest}", "size": size}

    def write(value):
        open(f"{layout}/document", "w").write(json.dumps(value))
        return take(f"{layout}/document")

    vendor = "application/vnd.oci.image"
    diff_ids = ["sha256:" + run("sh", "-c", f"gzip -dc {path} | sha256sum").stdout[:64] for path in layers]
    descriptors = [{"mediaType": f"{vendor}.layer.v1.tar+gzip", **take(path)} for path in layers]
    config = write({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": diff_ids}})
    manifest = {
        "schemaVersion": 2, "mediaType": f"{vendor}.manifest.v1+json",
        "config": {"mediaType": f"{vendor}.config.v1+json", **config}, "layers": descriptors,
    }
    entry = {"mediaType": manifest["mediaType"], **write(manifest), "annotations": {"org.opencontainers.image.ref.name": "it"}}
    json.dump({"schemaVersion": 2, "manifests": [entry]}, open(f"{layout}/index.json", "w"))
    json.dump({"imageLayoutVersion": "1.0.0"}, open(f"{layout}/oci-layout", "w"))
    run("skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false", f"oci:{layout}:it", f"docker://{host}/{name}:1")
    shutil.rmtree(layout)
    return sum(layer["size"] for layer in descriptors) / 1e6


def make_noise(scratch, name, megabytes, text=0.6):
    """A gzip layer of about so many MB: files of noise, and of text that shrinks to a third."""
    random.seed(name)
    words = [random.randbytes(6).hex() for _ in range(4000)]
    root = f"{scratch}/{name}"
    os.makedirs(root)
    left, number = megabytes * 1e6, 0
    while left > 0:
        number += 1
        with open(f"{root}/{name}-{number}", "wb") as file:
            if random.random() < text:
                data = " ".join(random.choices(words, k=12000)).encode()
                left -= len(data) / 3
            else:
                data = random.randbytes(100_000)
                left -= len(data)
            file.write(data)
    tar = f"{scratch}/{name}.tar.gz"
    run("sh", "-c", f"tar -C {root} -c . | gzip -6 > {tar}")
    shutil.rmtree(root)
    return tar
