"""The outside world, on 127.0.0.1, for the demo and the end-to-end tests: a page with a comments feed, a
mail server, an SMS service. Each keeps what reached it."""

import email
import email.policy
import html
import http.server
import json
import socket
import threading
import urllib.parse
from datetime import datetime, timezone
from email.utils import format_datetime

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a client that was killed is no news


def serve(handler):
    server = Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Page:
    """A blog whose comments are a feed, with ETag, as WordPress has it."""

    def __init__(self, template, clock):
        self.template, self.clock, self.comments = template, clock, []
        page = self

        class Handler(Quiet):
            def do_GET(self):
                body = page.feed().encode()
                tag = '"%x"' % (hash(body) & 0xFFFFFFFF)
                if self.headers.get("If-None-Match") == tag:
                    self.reply(304, ETag=tag)
                else:
                    self.reply(200, body, ETag=tag,
                               Content_Type="application/rss+xml; charset=UTF-8")

        self.server = serve(Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/comments/feed/"

    def comment(self, author, text):
        self.comments.append((len(self.comments) + 1, author, text, self.clock()))

    def feed(self):
        items = "".join(
            f"<item><title>By: {html.escape(author)}</title>"
            f"<link>http://127.0.0.1:{self.port}/#comment-{n}</link>"
            f"<dc:creator>{html.escape(author)}</dc:creator>"
            f"<pubDate>{format_datetime(at)}</pubDate>"
            f'<guid isPermaLink="false">http://127.0.0.1:{self.port}/?p=1#comment-{n}</guid>'
            f"<description>{html.escape(text)}</description></item>"
            for n, author, text, at in reversed(self.comments))
        return self.template.replace("{items}", items)


class Sms:
    """Twilio's shape: POST .../Messages.json, form in, JSON with a sid out."""

    def __init__(self, on_message=lambda m: None):
        self.messages = []
        self.status = 201
        sms = self

        class Handler(Quiet):
            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
                if sms.status != 201:
                    self.reply(sms.status, b'{"message":"not now"}',
                               Content_Type="application/json")
                    return
                sms.messages.append(form)
                on_message(form)
                body = json.dumps({"sid": "SM%032x" % len(sms.messages),
                                   "status": "queued"}).encode()
                self.reply(201, body, Content_Type="application/json")

        self.server = serve(Handler)
        self.port = self.server.server_port


class Mail:
    """A real SMTP server that keeps what it is given."""

    def __init__(self, on_message=lambda to, m: None, tls=None, login=None):
        self.messages = []
        self.refuse = None  # an answer such as "451 4.7.1 later"
        mail = self

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                if mail.refuse:
                    return mail.refuse
                message = email.message_from_bytes(
                    envelope.content, policy=email.policy.default)
                mail.messages.append((envelope.rcpt_tos, message))
                on_message(envelope.rcpt_tos, message)
                return "250 2.0.0 kept"

        options = {}
        if login:
            def check(server, session, envelope, mechanism, data):
                ok = (data.login, data.password) == login
                return AuthResult(success=ok, handled=ok)
            options = {"auth_required": True, "authenticator": check,
                       "auth_require_tls": tls is not None}
        if tls:
            options |= {"tls_context": tls, "require_starttls": True}
        self.controller = Controller(Handler(), hostname="127.0.0.1", port=free_port(),
                                     ready_timeout=10)
        self.controller.factory = lambda: SMTP(Handler(), **options)
        self.controller.start()
        self.port = self.controller.port


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def utc(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc)


class Hook:
    """Takes pages as JSON, as the webhook channel posts them."""

    def __init__(self):
        self.calls = []
        self.status = 200
        hook = self

        class Handler(Quiet):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if hook.status == 200:
                    hook.calls.append((dict(self.headers), body))
                self.reply(hook.status)

        self.server = serve(Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook"

    def pages(self):
        return [json.loads(body) for _, body in self.calls]
