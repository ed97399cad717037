#!/usr/bin/env python3
"""A web application that believes to be at /: pages with links, a form, a log-in with a cookie, a redirect.

  web-ui.py ADDRESS PORT
"""
import gzip
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!DOCTYPE html>
<html><head><title>ui</title><link rel="stylesheet" href="/style.css"><script src='/app.js'></script></head>
<body><a id="next" href="/next?a=1&amp;b=2">next</a> <img alt="" src=/logo.png>
<form action="/login" method="post"><button>log in</button></form>
<p id="cookie">%s</p></body></html>
"""


SCRIPT = b"""document.title = 'the script ran';
fetch('style.css').then(answer => answer.text()).then(text => { document.title = 'the script read ' + text.length; });
"""


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/old":
            self.answer(302, "text/plain", b"", Location="/next")
        elif path == "/away":
            self.answer(302, "text/plain", b"", Location="https://elsewhere.example.com/")
        elif path in ("/", "/next"):
            self.page()
        elif path == "/app.js":
            self.answer(200, "text/javascript", SCRIPT)
        elif path == "/style.css":
            self.answer(200, "text/css", b"p { color: rgb(1, 2, 3) }")
        elif path == "/logo.png":
            self.answer(200, "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>')
        else:
            self.answer(404, "text/plain", b"there is no " + path.encode())

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(303, "text/plain", b"", Location="/", Set_Cookie="sid=1; Path=/; HttpOnly")

    def page(self):
        body = (PAGE % self.headers.get("Cookie", "none")).encode()
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.answer(200, "text/html; charset=utf-8", gzip.compress(body), Content_Encoding="gzip")
        else:
            self.answer(200, "text/html; charset=utf-8", body)

    def answer(self, status, content_type, body, **fields):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Application).serve_forever()
