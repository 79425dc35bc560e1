"""An HTTP server that answers oddly, one oddity a path. Prints its port, then
one line per request: method, path, body length, connection number, and the
headers Authorization, Cookie, X-Secret, Accept, If-None-Match if they came, and "resumed" for a
TLS session that was.

usage: http_odd.py [CERT KEY]      with them over TLS
"""
import gzip
import socket
import ssl
import struct
import sys
import threading
import time
import zlib


def bomb(mebibytes):
    """A gzip stream of zeros; quick, for its blocks repeat (the checksum at its
    end is wrong, but nobody should get there)."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = deflate.compress(b"\0" * (1 << 20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * mebibytes + b"\3\0" + b"\0" * 8


BOMB = bomb(1024)
connections = 0
lock = threading.Lock()
polls = {}


def head(status, *lines):
    return ("HTTP/1.1 " + status + "\r\n" + "".join(x + "\r\n" for x in lines) + "\r\n").encode("latin-1")


def plain(body, *lines, status="200 OK"):
    if isinstance(body, str):
        body = body.encode()
    return head(status, "Content-Length: %d" % len(body), *lines) + body


def forever(c, piece, pause):
    while True:
        c.sendall(piece)
        time.sleep(pause)


def redirect(where, status="302 Found"):
    return plain("", "Location: " + where, status=status)


class Gone(Exception):
    pass


def odd(c, path, query, headers, body):
    """The answer to PATH as bytes; may write to C itself and raise Gone."""
    host = headers.get("host", "")
    if path == "/hello":
        return plain("hello", "Content-Type: text/plain; charset=utf-8", "X-Two: 1", "X-Two: 2")
    if path == "/echo":
        return plain(body, "Content-Type: application/octet-stream")
    if path == "/headers":
        return plain("".join("%s: %s\n" % x for x in headers.items()))
    if path.startswith("/status/"):
        return plain("status", status=path[8:] + " Whatever")
    if path == "/etag":
        if headers.get("if-none-match") == '"v1"':
            return head("304 Not Modified", 'ETag: "v1"')
        return plain("fresh", 'ETag: "v1"')
    if path == "/retry-seconds":
        return plain("", "Retry-After: 120", status="429 Too Many Requests")
    if path == "/retry-date":
        return plain("", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:51:37 GMT",
                     status="503 Service Unavailable")
    if path == "/retry-odd":
        return plain("", "Retry-After: soon", status="503 Service Unavailable")
    if path == "/gzip":
        return plain(gzip.compress(b"unpacked"), "Content-Encoding: gzip")
    if path == "/deflate":
        return plain(zlib.compress(b"unpacked"), "Content-Encoding: deflate")
    if path == "/brotli":  # made once with brotli: "unpacked"
        return plain(bytes([0x8b, 0x03, 0x80]) + b"unpacked" + b"\x03", "Content-Encoding: br")
    if path == "/gzip-broken":
        return plain(gzip.compress(b"unpacked" * 100)[:30] + b"rubbish" * 9, "Content-Encoding: gzip")
    if path == "/bomb":
        return plain(BOMB, "Content-Encoding: gzip")
    if path == "/bomb2":
        return plain(gzip.compress(BOMB, 9), "Content-Encoding: gzip, gzip")
    if path == "/endless":
        c.sendall(head("200 OK"))
        forever(c, b"x" * 65536, 0)
    if path == "/endless-chunked":
        c.sendall(head("200 OK", "Transfer-Encoding: chunked"))
        forever(c, b"10000\r\n" + b"x" * 65536 + b"\r\n", 0)
    if path == "/endless-headers":
        c.sendall(b"HTTP/1.1 200 OK\r\n")
        forever(c, b"X-Y: " + b"y" * 8000 + b"\r\n", 0)
    if path == "/long-header":
        c.sendall(b"HTTP/1.1 200 OK\r\nX-Y: ")
        forever(c, b"y" * 65536, 0)
    if path == "/endless-early-hints":
        forever(c, b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100, 0)
    if path == "/drip":
        c.sendall(head("200 OK", "Content-Length: 100000"))
        forever(c, b"x", 0.2)
    if path == "/drip-headers":
        c.sendall(b"HTTP/1.1 200 OK\r\n")
        forever(c, b"X", 0.2)
    if path == "/silence":
        time.sleep(60)
    if path == "/slow":
        time.sleep(float(query or 1))
        return plain("slow")
    if path == "/half":
        c.sendall(head("200 OK", "Content-Length: 100") + b"only this")
        raise Gone
    if path == "/half-chunked":
        c.sendall(head("200 OK", "Transfer-Encoding: chunked") + b"5\r\nhello\r\n")
        raise Gone
    if path == "/close":
        raise Gone
    if path == "/reset":
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone
    if path == "/reset-in-body":
        c.sendall(head("200 OK", "Content-Length: 100") + b"only this")
        time.sleep(0.2)
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone
    if path == "/http09":
        c.sendall(b"just text\n")
        raise Gone
    if path == "/garbage":
        c.sendall(bytes(range(256)) * 4)
        raise Gone
    if path == "/nul-header":
        return head("200 OK", "X-Nul: a\0b", "Content-Length: 2") + b"ok"
    if path == "/control-header":
        return head("200 OK", "X-Bell: a\x07b", "X-Good: 1", "Content-Length: 2") + b"ok"
    if path == "/two-lengths":
        return head("200 OK", "Content-Length: 2", "Content-Length: 3") + b"okk"
    if path == "/negative-length":
        return head("200 OK", "Content-Length: -2") + b"ok"
    if path == "/huge-length":
        c.sendall(head("200 OK", "Content-Length: 99999999999"))
        forever(c, b"x" * 65536, 0)
    if path == "/trailers":
        return head("200 OK", "Transfer-Encoding: chunked", "X-Early: 1") + b"2\r\nok\r\n0\r\nX-Late: 1\r\n\r\n"
    if path == "/keep-then-close":  # answers well, then leaves the connection
        c.sendall(plain("bye"))
        raise Gone
    if path == "/to":
        return redirect(query)
    if path.startswith("/to/"):
        return redirect(query, path[4:] + " Moved")
    if path == "/loop":
        return redirect("/loop")
    if path == "/chain":  # /chain?3 needs three more hops
        return plain("end") if query == "0" else redirect("/chain?%d" % (int(query) - 1), "301 Moved Permanently")
    if path == "/to-no-location":
        return plain("nowhere", status="302 Found")
    if path == "/to-blank":
        return redirect("/a b?c d")
    if path == "/a%20b":
        return plain("blank")
    if path == "/slow-chain":
        time.sleep(0.4)
        return redirect("/slow-chain")
    return plain("no such oddity", status="404 Not Found")


def one(c, f, number):
    """Serve one request; True while the connection lives."""
    line = f.readline(65537)
    if not line.strip():
        return False
    method, target = line.decode("latin-1").split()[:2]
    headers = {}
    while True:
        line = f.readline(65537).strip().decode("latin-1")
        if not line:
            break
        name, value = line.split(":", 1)
        headers[name.lower()] = value.strip()
    body = f.read(int(headers.get("content-length", 0)))
    path, _, query = target.partition("?")
    seen = ["%s=%s" % (k, headers[k]) for k in ("authorization", "cookie", "x-secret", "accept", "if-none-match",
                                                "content-type", "user-agent") if k in headers]
    if getattr(c, "session_reused", False):
        seen.append("resumed")
    with lock:
        print(method, target, len(body), number, *seen, flush=True)
    answer = odd(c, path, query, headers, body)
    if method == "HEAD":
        answer = answer[:answer.index(b"\r\n\r\n") + 4]
    c.sendall(answer)
    return True


def serve(c, context):
    global connections
    try:
        c.settimeout(30)
        if context:
            c = context.wrap_socket(c, server_side=True)
        with lock:
            connections += 1
            number = connections
        f = c.makefile("rb")
        while one(c, f, number):
            pass
        f.close()
    except (Gone, OSError, ValueError):
        pass
    finally:
        try:
            f.close()
        except (NameError, UnboundLocalError, OSError):
            pass
        c.close()


context = None
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 0))
listener.listen(256)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=serve, args=(connection, context), daemon=True).start()
