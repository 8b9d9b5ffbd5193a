#!/usr/bin/env python3
"""A forward proxy (RFC 9110, section 7.6; RFC 9112, section 3.2.2) to whom every name is this machine's loopback.

usage: forward-proxy.py LOG [USER:PASSWORD]

Prints its port, and writes a line with method and target for each request into LOG; one without the password that it asks
for is answered 407.
"""
import base64
import http.client
import http.server
import select
import socket
import sys
import urllib.parse

LOG = sys.argv[1]
WANTED = "Basic " + base64.b64encode(sys.argv[2].encode()).decode() if len(sys.argv) > 2 else None
HOP_BY_HOP = {"connection", "proxy-connection", "proxy-authorization", "keep-alive", "transfer-encoding", "te", "trailer"}


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def admit(self):
        with open(LOG, "a") as log:
            log.write(f"{self.command} {self.path}\n")
        if WANTED is None or self.headers.get("Proxy-Authorization") == WANTED:
            return True
        self.send_response(407)
        self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def forward(self):
        body = self.body()
        if not self.admit():
            return
        target = urllib.parse.urlsplit(self.path)
        connection = http.client.HTTPConnection("127.0.0.1", target.port or 80)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        connection.request(self.command, urllib.parse.urlunsplit(("", "", target.path, target.query, "")), body, headers)
        answer = connection.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = forward

    def do_CONNECT(self):
        if not self.admit():
            return
        upstream = socket.create_connection(("127.0.0.1", int(self.path.rsplit(":", 1)[1])))
        self.send_response(200)
        self.end_headers()
        ends = {self.connection: upstream, upstream: self.connection}
        while True:
            for end in select.select(list(ends), [], [])[0]:
                data = end.recv(65536)
                if not data:
                    self.close_connection = True
                    upstream.close()
                    return
                ends[end].sendall(data)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(server.server_address[1], flush=True)
server.serve_forever()
