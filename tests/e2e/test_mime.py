"""Mails as nightjar writes them (tests/data/notify/*.eml, which the unit test
mime_test holds to be what it writes today), read by Python's mail package."""

import email
import email.policy
import html.parser
import pathlib

import pytest

DATA = pathlib.Path(__file__).parents[1] / "data" / "notify"
CASES = ["call", "bare", "tell", "test", "mail", "drill", "hostile"]


def read(name):
    raw = (DATA / f"{name}.eml").read_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)


def body(mail, kind):
    part = mail.get_body((kind,))
    # the last line break belongs to the boundary (RFC 2046 5.1.1)
    return part.get_content().replace("\r\n", "\n") + "\n"


@pytest.mark.parametrize("name", CASES)
def test_mail_has_no_defects(name):
    mail = read(name)
    assert not mail.defects
    assert mail.get_content_type() == "multipart/alternative"
    for part in mail.walk():
        assert not part.defects
    for value in mail.values():
        assert not getattr(value, "defects", None)


@pytest.mark.parametrize("name", CASES)
def test_both_bodies_come_through_unchanged(name):
    mail = read(name)
    assert body(mail, "plain") == (DATA / f"{name}.txt").read_text("utf-8")
    assert body(mail, "html") == (DATA / f"{name}.html").read_text("utf-8")


def test_names_and_subject_are_read_back_as_text():
    mail = read("hostile")
    to = mail["To"].addresses
    assert len(to) == 1
    assert to[0].addr_spec == "maya@example.org"
    assert to[0].display_name == (
        'Maya "<script>alert(1)</script>" Osei Bcc: x@evil.test')
    assert mail["Subject"].startswith(
        "[nightjar 666] Acme Bcc: all@evil.test: </h1><script>")
    assert mail["Bcc"] is None


class Page(html.parser.HTMLParser):
    """Collects every tag and every address that a mail's HTML holds."""

    def __init__(self):
        super().__init__()
        self.tags, self.addresses = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for key, value in attrs:
            assert not key.startswith("on"), key
            if key in ("href", "src", "background", "action"):
                self.addresses.append(value)


@pytest.mark.parametrize("name", CASES)
def test_html_loads_nothing_and_runs_nothing(name):
    page = Page()
    page.feed(body(read(name), "html"))
    assert not page.tags & {"script", "img", "iframe", "link", "svg", "form",
                            "object", "embed", "video", "audio", "base"}
    assert "url(" not in body(read(name), "html")
    for address in page.addresses:
        assert address.startswith("https://")


def test_one_alert_is_one_conversation():
    first, later = read("call"), read("tell")
    assert later["Subject"] == first["Subject"]
    assert later["In-Reply-To"] == later["References"] == first["Message-ID"]
