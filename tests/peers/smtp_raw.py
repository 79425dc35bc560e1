"""An SMTP server by script, to be observed on the wire. Prints its port, then
every line it is sent as "N: repr" (N counts connections), and "N: end".

usage: smtp_raw.py MODE [CERT KEY]
"""
import socket
import ssl
import sys
import threading
import time

MODE = sys.argv[1]
CERT = sys.argv[2:4]
lock = threading.Lock()
connections = 0


class Gone(Exception):
    pass


def note(number, text):
    with lock:
        print("%d: %s" % (number, text), flush=True)


class Session:
    def __init__(self, c, number):
        self.c = c
        self.number = number
        self.f = c.makefile("rb")
        self.mails = 0
        self.secure = False
        self.login = []

    def say(self, text):
        self.c.sendall(text.encode("latin-1") + b"\r\n")

    def line(self):
        line = self.f.readline(100000)
        if not line:
            raise Gone
        note(self.number, repr(line))
        return line.decode("latin-1").rstrip("\r\n")

    def starttls(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*CERT)
        self.c = context.wrap_socket(self.c, server_side=True)
        self.f = self.c.makefile("rb")
        self.secure = True

    def skills(self):
        skills = ["raw.test", "SIZE 1000000", "8BITMIME"]
        if MODE == "pipelining":
            skills.append("PIPELINING")
        if MODE in ("starttls", "starttls-454", "starttls-inject", "starttls-drop") and not self.secure:
            skills.append("STARTTLS")
        if MODE in ("plain", "login", "cram", "auth-454", "auth-535", "auth-501"):
            skills.append({"login": "AUTH LOGIN", "cram": "AUTH CRAM-MD5"}.get(MODE, "AUTH PLAIN LOGIN"))
        return skills

    def hello(self):
        if MODE == "hello-502":
            return self.say("502 no such command")
        if MODE == "endless-reply":
            while True:
                self.say("250-more")
        skills = self.skills()
        for one in skills[:-1]:
            self.say("250-" + one)
        self.say("250 " + skills[-1])

    def on_starttls(self):
        if MODE == "starttls-454":
            return self.say("454 TLS not available due to a temporary reason")
        if MODE == "starttls-inject":
            return self.c.sendall(b"220 go ahead\r\n250 injected\r\n")
        self.say("220 go ahead")
        if MODE == "starttls-drop":
            raise Gone
        self.starttls()

    def on_auth(self, words):
        if MODE == "auth-454":
            return self.say("454 4.7.0 temporary failure")
        if MODE == "auth-535":
            return self.say("535 5.7.8 \x1b[2Jno such user\x07")
        if MODE == "login":
            self.say("334 VXNlcm5hbWU6")
            self.line()
            self.say("334 UGFzc3dvcmQ6")
            self.line()
        self.say("235 2.7.0 welcome")

    def on_data(self):
        if MODE == "data-552":
            return self.say("552 too much")
        self.say("354 go on")
        if MODE == "implicit-count":
            return self.count()
        while self.line() != ".":
            pass
        if MODE == "silent-body":
            time.sleep(60)
        if MODE == "drop-body":
            raise Gone
        self.mails += 1
        if MODE == "body-554":
            return self.say("554 5.6.0 spam")
        if MODE == "body-451":
            return self.say("451 4.3.0 later")
        self.say("250 2.0.0 taken as %d" % self.mails)
        if MODE == "close-after-one":
            raise Gone
        if MODE == "farewell":
            self.say("421 idle too long")
            raise Gone

    def count(self):
        lines = size = 0
        while (line := self.f.readline(100000)) != b".\r\n":
            lines += line.endswith(b"\r\n") and line.startswith(b"..x")
            size += len(line)
        note(self.number, "counted %d lines, %d bytes" % (lines, size))
        self.say("250 2.0.0 counted")

    def on_mail(self, line):
        if MODE == "close-on-second" and self.mails == 1:
            raise Gone
        if MODE == "421-on-second" and self.mails == 1:
            self.say("421 idle too long")
            raise Gone
        if MODE == "mail-550":
            return self.say("550 5.7.1 sender not welcome")
        if MODE == "mail-421":
            self.say("421 4.3.2 closing")
            raise Gone
        self.say("250 ok")

    def on_rcpt(self, line):
        if MODE == "rcpt-451" or "later" in line:
            return self.say("451 4.7.1 greylisted, come back")
        if MODE == "rcpt-550" or "nobody" in line:
            return self.say("550-5.1.1 there is\r\n550 5.1.1 no such user")
        self.say("250 ok")

    def greet(self):
        if MODE == "greet-554":
            return self.say("554 no service for you")
        if MODE == "greet-421":
            self.say("421 too busy")
            raise Gone
        if MODE == "silent":
            time.sleep(60)
        if MODE == "garbage":
            self.c.sendall(bytes(range(256)) * 10 + b"\n")
        elif MODE == "http":
            self.say("HTTP/1.1 400 Bad Request")
        elif MODE == "long-line":
            self.c.sendall(b"220 " + b"x" * 100000)
            time.sleep(5)
        elif MODE == "two-lines":
            self.c.sendall(b"220-hello\r\n")
            time.sleep(0.05)
            self.c.sendall(b"22")
            time.sleep(0.05)
            self.c.sendall(b"0 there\r\n")
        else:
            self.say("220 raw.test ESMTP")

    def run(self):
        self.greet()
        while True:
            line = self.line()
            verb = line[:4].upper()
            if verb == "EHLO":
                self.hello()
            elif verb == "STAR":
                self.on_starttls()
            elif verb == "AUTH":
                self.on_auth(line)
            elif verb == "MAIL":
                self.on_mail(line)
            elif verb == "RCPT":
                self.on_rcpt(line)
            elif verb == "DATA":
                self.on_data()
            elif verb == "RSET":
                self.say("250 forgotten")
            elif verb == "QUIT":
                if MODE == "quit-silent":
                    time.sleep(60)
                self.say("221 bye")
                raise Gone
            else:
                self.say("500 what?")


def serve(c, number):
    try:
        if MODE.startswith("implicit"):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*CERT)
            c = context.wrap_socket(c, server_side=True)
        session = Session(c, number)
        session.run()
    except (Gone, OSError, ValueError):
        pass
    try:
        session.f.close()
        session.c.close()
    except (NameError, UnboundLocalError, OSError):
        pass
    c.close()
    note(number, "end")


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(64)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connections += 1
    threading.Thread(target=serve, args=(connection, connections), daemon=True).start()
