#!/usr/bin/env python3
"""A registry's bad days: passes requests on to a registry and does to some of them what rules say.

usage: fault-proxy.py UPSTREAM_PORT [CERTIFICATE KEY]

Prints two ports: the proxy's own, and that of a second host which serves what the first one redirects to. Rules come by
PUT /__rules as a JSON list, each {"match": regular expression on "METHOD path", "times": how often, "action": ...}:

  cut       closes the connection after "at" bytes of the answer's body
  truncate  ends the answer in order after "at" bytes, its Content-Length telling no more
  corrupt   changes the byte at "at"
  stall     stops for "seconds" after "at" bytes
  delay     waits for "seconds" before it answers
  status    answers "status" with "headers" and "body" itself
  redirect  sends "status" (307) to the same path on the second port, or to "to"
  cut-request  reads "at" bytes of the request's body, passes them on, and closes
  lose          passes the request on, and closes instead of answering
  ignore-range  passes the request on without its Range
GET /__log answers with every request that came to either port.
"""
import http.client
import http.server
import json
import re
import ssl
import sys
import threading
import time

UPSTREAM = int(sys.argv[1])
CERTIFICATE = sys.argv[2:4]
lock = threading.Lock()
rules = []
log = []
ports = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def break_off(self):
        self.close_connection = True
        self.wfile.flush()
        try:
            self.connection.shutdown(2)
        except OSError:
            pass

    def rule(self):
        line = f"{self.command} {self.path}"
        with lock:
            for rule in rules:
                if rule.get("port", self.server.server_port) != self.server.server_port:
                    continue
                if rule.get("times", 1) > 0 and re.search(rule["match"], line):
                    if rule.get("header") and rule["header"] not in str(self.headers):
                        continue
                    if rule.get("skip", 0) > 0:
                        rule["skip"] -= 1
                        continue
                    rule["times"] = rule.get("times", 1) - 1
                    return rule
        return {"action": "none"}

    def control(self):
        if self.path == "/__log":
            with lock:
                self.answer(200, [("Content-Type", "application/json")], json.dumps(log).encode())
        else:
            length = int(self.headers.get("Content-Length", 0))
            given = json.loads(self.rfile.read(length))
            for rule in given:
                if rule.get("port") == "second":
                    rule["port"] = ports[1]
            with lock:
                rules[:] = given
                log.clear()
            self.answer(200)

    def handle_any(self):
        if self.path.startswith("/__"):
            return self.control()
        with lock:
            log.append({
                "method": self.command, "path": self.path, "second": self.server.server_port == ports[1],
                "authorization": self.headers.get("Authorization", ""), "range": self.headers.get("Range", ""),
                "ifRange": self.headers.get("If-Range", ""), "contentRange": self.headers.get("Content-Range", ""),
                "length": self.headers.get("Content-Length", ""),
            })
        rule = self.rule()
        action = rule["action"]
        if action == "delay":
            time.sleep(rule["seconds"])
        if action == "status":
            self.drain()
            return self.answer(rule["status"], rule.get("headers", {}).items(), rule.get("body", "").encode())
        if action == "redirect":
            self.drain()
            target = rule.get("to") or f"http://{self.headers['Host'].rsplit(':', 1)[0]}:{ports[1]}{self.path}"
            return self.answer(rule.get("status", 307), [("Location", target)])
        self.forward(action, rule)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def drain(self):
        left = int(self.headers.get("Content-Length", 0))
        while left > 0:
            piece = self.rfile.read(min(left, 1 << 16))
            if not piece:
                return
            left -= len(piece)

    def forward(self, action, rule):
        upstream = http.client.HTTPConnection("127.0.0.1", UPSTREAM, timeout=120)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() in ("connection",) or (action == "ignore-range" and name.lower() in ("range", "if-range")):
                continue
            upstream.putheader(name, value)
        upstream.endheaders()
        left = int(self.headers.get("Content-Length", 0))
        sent = 0
        while left > 0:
            wanted = min(left, 1 << 16)
            if action == "cut-request":
                wanted = min(wanted, rule["at"] - sent)
                if wanted <= 0:
                    upstream.sock.shutdown(1)
                    time.sleep(0.2)
                    upstream.close()
                    return self.break_off()
            piece = self.rfile.read(wanted)
            if not piece:
                break
            upstream.send(piece)
            left -= len(piece)
            sent += len(piece)
        answer = upstream.getresponse()
        if action == "lose":
            answer.read()
            return self.break_off()
        self.send_response(answer.status)
        length = answer.getheader("Content-Length")
        has_body = self.command != "HEAD" and answer.status not in (204, 304)
        for name, value in answer.getheaders():
            if name.lower() in ("connection", "transfer-encoding", "date", "server"):
                continue
            if name.lower() == "content-length" and action == "truncate":
                value = str(min(int(value), rule["at"]))
            if name.lower() == "location":
                value = value.replace(f":{UPSTREAM}/", f":{self.server.server_port}/")
            self.send_header(name, value)
        if length is None and has_body:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        place = 0
        while has_body:
            piece = answer.read(1 << 16)
            if not piece:
                break
            at = rule.get("at", -1)
            if action == "corrupt" and place <= at < place + len(piece):
                changed = bytearray(piece)
                changed[at - place] ^= 0xFF
                piece = bytes(changed)
            if action in ("cut", "truncate", "stall") and place + len(piece) > at:
                self.wfile.write(piece[: max(0, at - place)])
                if action == "truncate":
                    break
                if action == "cut":
                    upstream.close()
                    return self.break_off()
                self.wfile.flush()
                time.sleep(rule["seconds"])
                upstream.close()
                return self.break_off()
            self.wfile.write(piece)
            place += len(piece)
        upstream.close()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass


servers = [Server(("127.0.0.1", 0), Handler), Server(("127.0.0.1", 0), Handler)]
for server in servers:
    if CERTIFICATE:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    ports.append(server.server_port)
threading.Thread(target=servers[1].serve_forever, daemon=True).start()
print(*ports, flush=True)
servers[0].serve_forever()
