#!/usr/bin/env python3
"""A token server for docker-registry: signs what the user may do.

usage: token-server.py CERTIFICATE KEY SERVICE USER PASSWORD [LIFETIME_IN_SECONDS]

Prints its port. The user may do everything; others may pull from repositories that begin with "public/". A request for
an offline token gets a refresh token, which is taken in place of the password by POST. GET /__log answers with every request.
"""
import base64
import http.server
import json
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

CERTIFICATE, KEY, SERVICE, USER, PASSWORD = sys.argv[1:6]
LIFETIME = int(sys.argv[6]) if len(sys.argv) > 6 else 300
REFRESH = f"refresh-{uuid.uuid4()}"
log = []
lock = threading.Lock()
chain = [
    "".join(part.split("-----BEGIN CERTIFICATE-----")[1].split())
    for part in open(CERTIFICATE).read().split("-----END CERTIFICATE-----")
    if "BEGIN" in part
]


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(subject, scopes):
    access = []
    for scope in scopes:
        kind, rest = scope.split(":", 1)
        name, actions = rest.rsplit(":", 1)
        allowed = actions.split(",") if subject else ["pull"] if name.startswith("public/") else []
        if allowed:
            access.append({"type": kind, "name": name, "actions": allowed})
    now = int(time.time())
    header = {"typ": "JWT", "alg": "RS256", "x5c": chain}
    claims = {
        "iss": "test", "sub": subject, "aud": SERVICE, "exp": now + LIFETIME, "nbf": now - 10, "iat": now,
        "jti": str(uuid.uuid4()), "access": access,
    }
    text = encoded(json.dumps(header).encode()) + b"." + encoded(json.dumps(claims).encode())
    signature = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", KEY], input=text, capture_output=True, check=True).stdout
    return (text + b"." + encoded(signature)).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self, form):
        if self.path == "/__log":
            with lock:
                return self.answer(200, log)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        query.update(urllib.parse.parse_qs(form))
        scopes = [word for value in query.get("scope", []) for word in value.split()]
        authorization = self.headers.get("Authorization", "")
        with lock:
            log.append({"method": self.command, "scopes": scopes, "authorization": authorization, "query": query})
        subject = ""
        if self.command == "POST":
            if query.get("refresh_token") != [REFRESH]:
                return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "incorrect refresh token"}]})
            subject = USER
        elif authorization:
            wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if authorization != wanted:
                return self.answer(401, {"details": "incorrect username or password"})
            subject = USER
        given = {"token": token(subject, scopes), "expires_in": LIFETIME}
        if "offline_token" in query and subject:
            given["refresh_token"] = REFRESH
        if self.command == "POST":
            given = {"access_token": given["token"], "expires_in": LIFETIME, "refresh_token": REFRESH}
        self.answer(200, given)

    def do_GET(self):
        self.serve("")

    def do_POST(self):
        self.serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
