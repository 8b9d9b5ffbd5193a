#!/usr/bin/env python3
"""Records what the real docker CLI makes of a list of templates.

Its `inspect` gets the document from a stand-in daemon on a socket of its own, so no docker daemon is needed. Where a
template uses a field that no struct of Docker's knows, as all those of document.json are, the document is a JSON map.

usage: record.py document.json templates.txt > docker.jsonl
       record.py container.json structures.txt > structures.jsonl
       record.py image.json images.txt image > images.jsonl
       (one case a line: template, output, error, exit code)
"""
import http.server, json, os, socketserver, subprocess, sys, tempfile, threading

DOCUMENT = open(sys.argv[1], "rb").read()
KIND = sys.argv[3] if len(sys.argv) > 3 else "container"


class Daemon(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = DOCUMENT if f"/{KIND}s/" in self.path else b"{}"
        self.send_response(200)
        self.send_header("Api-Version", "1.50")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def get_request(self):
        return self.socket.accept()[0], ("local", 0)


with tempfile.TemporaryDirectory() as scratch:
    socket = os.path.join(scratch, "d.sock")
    threading.Thread(target=Server(socket, Daemon).serve_forever, daemon=True).start()
    for line in open(sys.argv[2], encoding="utf-8"):
        # After an exclamation mark the two escapes are the characters that they stand for.
        template = line.rstrip("\n")
        if template.startswith("!"):
            template = template[1:].replace("\\n", "\n").replace("\\t", "\t")
        command = ["docker", "-H", "unix://" + socket, "inspect", "--type", KIND, "-f", template, "x"]
        ended = subprocess.run(command, capture_output=True, env=dict(os.environ, DOCKER_CONFIG=scratch))
        json.dump(
            {"template": template, "output": ended.stdout.decode(), "error": ended.stderr.decode(), "code": ended.returncode},
            sys.stdout, ensure_ascii=False)
        print()
