"""What nginx answers by itself: no application runs here, and there is no database."""

import base64
import contextlib
import hashlib
import re
import socket
import ssl

import pytest

from servers.nginx import HOST, Site
from servers.processes import ROOT

SAID = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Retry-After": "60",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PAGES = sorted((ROOT / "deploy" / "pages").glob("*.html"))


def test_unknown_hosts_get_no_answer(alone):
    with pytest.raises(ssl.SSLError):
        alone.connect(name="other.example")
    with (
        alone.connect() as known_name,
        socket.create_connection(("127.0.0.1", alone.plain_port)) as plain,
    ):
        for connection in (known_name, plain):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: other.example\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(1000) == b""


def test_who_comes_back_resumes_the_session_of_tls(alone, monkeypatch):
    """nginx looks sessions up where the default server keeps them, which has no name."""

    def visit(session: ssl.SSLSession | None) -> tuple[ssl.SSLSession | None, bool | None]:
        plain = socket.create_connection(("127.0.0.1", alone.port), 30)
        with alone.tls.wrap_socket(plain, server_hostname=HOST, session=session) as secure:
            secure.sendall(f"HEAD /favicon.ico HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
            assert said(secure)  # TLS 1.3 sends the session after the handshake
            return secure.session, secure.session_reused

    reused = {}
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        with monkeypatch.context() as patch:
            for bound in ("minimum_version", "maximum_version"):
                patch.setattr(alone.tls, bound, version)
            session, at_first = visit(None)
            _, later = visit(session)
        reused[version] = at_first, later

    assert [*reused.values()] == [(False, True)] * 2


def test_plain_http_is_sent_to_https_but_for_the_certificates_proof(alone):
    (alone.folder / "www/.well-known/acme-challenge/proof").write_text("the proof")

    def ask(path: str) -> bytes:
        with socket.create_connection(("127.0.0.1", alone.plain_port)) as plain:
            plain.sendall(f"GET {path} HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
            return b"".join(iter(lambda: plain.recv(10_000), b""))

    assert f"Location: https://{HOST}/a/?source=b\r\n".encode() in ask("/a/?source=b")
    assert ask("/.well-known/acme-challenge/proof").endswith(b"the proof")


def test_other_methods_are_refused(alone):
    methods = ("TRACE", "PUT", "DELETE", "OPTIONS", "NONSENSE")

    assert [alone.ask("/", method=method).status for method in methods] == [405] * 5


FRONT_PAGE = f"https://{HOST}/"


def test_the_code_of_a_link_goes_from_page_to_page(alone):
    expected = {
        ("/campaigns/river/", "?source=poster"): "/campaigns/river/?source=poster",
        ("/de/", "fr/?a=b&source=newsletter/spring"): "/de/?source=newsletter/spring",
        ("/", "news/?source=newsletter%2Fspring&page=2"): "/?source=newsletter%2Fspring",
        ("/news/?page=2", "?utm_source=Mail"): "/news/?source=Mail&page=2",
        ("/news/", "?utm_campaign=spring&utm_source=mail"): "/news/?source=mail/spring",
        ("/%D1%80/", "?source=poster"): "/%D1%80/?source=poster",
    }

    found = {
        (path, came_from): alone.ask(path, headers={"Referer": FRONT_PAGE + came_from})
        for path, came_from in expected
    }

    assert {asked: answer.headers["Location"] for asked, answer in found.items()} == expected
    said = {(answer.status, answer.headers["Cache-Control"]) for answer in found.values()}
    assert said == {(302, "no-store")}


def test_nothing_else_is_sent_elsewhere(alone):
    asked = [
        ("/campaigns/", "https://example.com/?source=poster"),
        ("/campaigns/", f"https://example.com/?https://{HOST}/?source=poster"),
        ("/campaigns/?source=mail", f"{FRONT_PAGE}?source=poster"),
        ("/campaigns/?utm_source=mail", f"{FRONT_PAGE}?source=poster"),
        ("/campaigns/", f"{FRONT_PAGE}?resource=poster"),
        ("/campaigns/", f"{FRONT_PAGE}?source=<script>"),
        ("/campaigns/", f"{FRONT_PAGE}?source={'9' * 41}"),
        ("//evil.example/", f"{FRONT_PAGE}?source=poster"),
        ("/\\evil.example/", f"{FRONT_PAGE}?source=poster"),
        ("/petitions/river/card.jpg", f"{FRONT_PAGE}?source=poster"),
        ("/admin/", f"{FRONT_PAGE}?source=poster"),
        ("/search/suggestions/?query=ri", f"{FRONT_PAGE}search/?source=poster"),
        ("/fr/search/suggestions/?query=ri", f"{FRONT_PAGE}fr/search/?source=poster"),
    ]

    found = {
        (path, referer): alone.ask(path, headers={"Referer": referer}).status
        for path, referer in asked
    }

    # Each was passed on to the application, which is down.
    assert found == dict.fromkeys(asked, 503)


def test_what_is_not_for_the_public_is_not_there(alone):
    paths = ("/.git/HEAD", "/.env", "/static/.env", "/_pages/503.html")

    assert [alone.ask(path).status for path in paths] == [404] * 4


def test_only_renditions_leave_the_media_folder(alone, nobody):
    for name in ("images/a.png", "original_images/a.png", "documents/a.pdf", "images/a.html"):
        (nobody.media / name).parent.mkdir(parents=True, exist_ok=True)
        (nobody.media / name).write_text("something")

    shown = alone.ask("/media/images/a.png")
    hidden = [
        alone.ask(f"/media/{name}").status
        for name in (
            "original_images/a.png",
            "images/../original_images/a.png",
            "images/..%2foriginal_images/a.png",
            "documents/a.pdf",
            "images/a.html",
            "images/",
            "",
        )
    ]

    assert (shown.status, shown.text) == (200, "something")
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Access-Control-Allow-Origin"] == "*"  # the sign, in a sandboxed frame
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert hidden == [404] * 7


def test_static_files_are_kept_by_browsers_and_sent_compressed(alone, static):
    (sheet,) = (path.name for path in static.glob("css/site.*.css"))

    hashed = alone.ask(f"/static/css/{sheet}", headers={"Accept-Encoding": "gzip"})
    plain = alone.ask("/static/css/site.css")

    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (hashed.headers["Content-Encoding"], hashed.headers["Vary"]) == (
        "gzip",
        "Accept-Encoding",
    )
    assert (plain.status, plain.headers["Cache-Control"]) == (200, "public, max-age=300")


def test_headers_and_addresses_have_limits(alone):
    long = "x" * 9_000

    statuses = [
        alone.ask("/", headers={"X-Long": long}).status,
        alone.ask("/", headers={f"X-{n}": long[:7_000] for n in range(6)}).status,
        alone.ask(f"/static/?{long}").status,
    ]

    assert statuses == [400, 400, 414]


def test_who_sends_slowly_is_not_waited_for(nobody, certificate, tmp_path):
    own = {f"client_{part}_timeout 10s": f"client_{part}_timeout 1s" for part in ("header", "body")}
    front = Site(tmp_path, app=nobody, certificate=certificate, instead=own)
    path = "/petitions/river/sign/"
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 500\r\n"
    stalled = {"in its head": head, "in its body": f"{head}\r\nname="}

    with contextlib.ExitStack() as stack:
        stack.callback(front.process.end)
        clients = {}
        for name, start in stalled.items():
            clients[name] = stack.enter_context(contextlib.closing(front.connect(timeout=15)))
            clients[name].sendall(start.encode())
        ended = {name: said(client) for name, client in clients.items()}

    assert ended == {"in its head": b"", "in its body": b""}


def said(client: socket.socket) -> bytes:
    """What a connection says until it is closed; a connection that stays open fails the test."""
    with contextlib.suppress(ConnectionResetError):
        return client.recv(100)
    return b""


def test_error_pages_say_what_a_browser_may_do(alone):
    """The application is down; what it says itself is asserted in tests/config/test_headers.py."""
    said = dict(alone.ask("/").headers.items())

    assert {name: said.get(name) for name in SAID} == SAID


def test_in_a_frame_on_another_site_error_pages_are_shown(alone):
    """A frame in which nothing may be shown is white, and its reader is told nothing."""
    shown = {}
    for path in ("/petitions/x/embed/sign/", "/fr/petitions/x/embed/?a=b", "/petitions/x/?/embed/"):
        said = alone.ask(path)
        policy = said.headers["Content-Security-Policy"].split("; ")
        shown[path] = said.status, policy[-1], said.headers.get("X-Frame-Options")

    assert list(shown.values()) == [
        (503, "frame-ancestors *", None),
        (503, "frame-ancestors *", None),
        (503, "frame-ancestors 'none'", "DENY"),
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_error_pages_ask_for_nothing_and_keep_to_their_policy(page):
    text = page.read_text()
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"')]*)", text) == ["/"]
    assert ("<form" in text, "style=" in text) == (False, False)
    assert '<a href="/" target="_top">' in text  # in a frame nothing else of the site is shown
    assert f"'sha256-{digest}'" in (ROOT / "deploy/nginx.conf").read_text()
    # White on white without it, in browsers from before 2024.
    assert re.findall(r"background: (#\w{6}); background: light-dark\((#\w{6}),", style) == [
        (ground, ground) for ground in re.findall(r"light-dark\((#\w{6}),", style)
    ]
