"""Debian's aiosmtpd with STARTTLS and AUTH (user nj, password pw), so that the
other end of the line is not of our own making. Prints its port, then for each
mail one line: the envelope and the message, as Python shows them.

usage: smtp_aio.py CERT KEY
"""
import asyncio
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_DATA(self, server, session, envelope):
        print(repr((envelope.mail_from, envelope.rcpt_tos, session.host_name, envelope.content)), flush=True)
        return "250 2.0.0 queued"


def check(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"nj" and data.password == b"pw", handled=False)


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(sys.argv[1], sys.argv[2])


async def main():
    def factory():
        return SMTP(Handler(), hostname="aio.test", tls_context=context, require_starttls=True,
                    auth_required=True, authenticator=check)

    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
