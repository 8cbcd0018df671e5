"""A demo site as production serves it, and a Chromium that knows no other."""

import contextlib
import hashlib
import os
import subprocess
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import django

from script import demo_site, serve
from tests.deploy import servers

ADDRESS = f"https://{servers.HOST}"


@contextlib.contextmanager
def site() -> Iterator[servers.Site]:
    """nginx with deploy/nginx.conf, before gunicorn with gunicorn.conf.py, while this lasts."""
    nginx, openssl = demo_site.program("nginx"), demo_site.program("openssl")
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(demo_site.database("lighthouse"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lastdrop-")))
        servers.certify(folder, openssl=openssl)
        application = demo(folder, url)
        stack.callback(application.stop)
        application.start()
        (folder / "nginx").mkdir()
        front = servers.Site(nginx, folder / "nginx", app=application, certificate=folder)
        stack.callback(front.process.end)
        yield front


def demo(folder: Path, url: str) -> servers.Application:
    """The application with the demo's content; not yet running."""
    places = {name: folder / name for name in ("static", "media")}
    os.environ.update(DATABASE_URL=url, BASE_URL=ADDRESS, MEDIA_ROOT=str(places["media"]))
    serve.finish("migrate", "--verbosity=0")
    serve.finish("demo")
    django.setup()
    log = folder / "gunicorn.log"
    application = servers.Application(socket_path=folder / "web.sock", log=log, **places)
    collecting = application.run("manage.py", "collectstatic", "--no-input", "-v0", log=log)
    if collecting.process.wait():
        raise serve.Problem(f"Static files cannot be collected: {log.read_text()}")
    return application


@contextlib.contextmanager
def chromium(site: servers.Site) -> Iterator[int]:
    """The port of a new one's debugger. It believes the site's certificate, and has no network."""
    port = demo_site.free_port()
    rules = (
        f"MAP {servers.HOST}:443 127.0.0.1:{site.port}",
        f"MAP {servers.HOST}:80 127.0.0.1:{site.plain_port}",
        "MAP * ~NOTFOUND",
        "EXCLUDE 127.0.0.1",
    )
    with tempfile.TemporaryDirectory(prefix="lastdrop-chromium-") as profile:
        process = servers.Process(
            *(demo_site.program(*demo_site.CHROMIUMS), *demo_site.FLAGS),
            "--headless=new",
            f"--user-data-dir={profile}",
            f"--remote-debugging-port={port}",
            f"--host-resolver-rules={', '.join(rules)}",
            f"--ignore-certificate-errors-spki-list={fingerprint(site)}",
            "about:blank",
            log=site.folder / "chromium.log",
        )
        try:
            process.wait_until(lambda: servers.answers(port))
            yield port
        finally:
            process.end()


def fingerprint(site: servers.Site) -> str:
    """Of the certificate's public key, as Chromium wants it."""
    certificate = site.folder.parent / "fullchain.pem"
    command = (demo_site.program("openssl"), "x509", "-in", certificate, "-noout", "-pubkey")
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    key = b64decode("".join(said.splitlines()[1:-1]))
    return b64encode(hashlib.sha256(key).digest()).decode()
