"""A demo site as production serves it, and a Chromium that can reach only this site."""

import contextlib
import hashlib
import os
import subprocess
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

from script import serve
from servers import chromium, databases, nginx
from servers.gunicorn import Application
from servers.processes import ROOT, program, python

ADDRESS = f"https://{nginx.HOST}"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "only for a demo: the secret of signed links long enough to be one",
    "SIGNATURE_KEY": "only for a demo: the key of signatures long enough to be one",
    "ALLOWED_HOSTS": nginx.HOST,
    "BASE_URL": ADDRESS,
    "TRUSTED_PROXIES": "1",
}


@contextlib.contextmanager
def site() -> Iterator[nginx.Site]:
    """Run nginx with deploy/nginx.conf in front of gunicorn with gunicorn.conf.py."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(databases.temporary("lighthouse"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lastdrop-")))
        nginx.certify(folder)
        application = demo(folder, url)
        stack.callback(application.stop)
        application.start()
        (folder / "nginx").mkdir()
        front = nginx.Site(folder / "nginx", app=application, certificate=folder)
        stack.callback(front.process.end)
        yield front


def demo(folder: Path, url: str) -> Application:
    """Return the application with the demo's content, not yet started."""
    media, environment = folder / "media", PRODUCTION | {"DATABASE_URL": url}
    # The demo is built with the settings for development, but with the keys of production.
    keys = {name: environment[name] for name in ("DATABASE_URL", "SECRET_KEY", "SIGNATURE_KEY")}
    os.environ.update(keys, BASE_URL=ADDRESS, MEDIA_ROOT=str(media))
    serve.finish("migrate", "--verbosity=0")
    serve.finish("demo")
    python("manage.py", "collectstatic", "--no-input", "-v0", environment=environment)
    return Application(
        folder / "web.sock",
        host=nginx.HOST,
        static=ROOT / "var" / "static",
        media=media,
        log=folder / "gunicorn.log",
        environment=environment,
    )


@contextlib.contextmanager
def browser(site: nginx.Site) -> Iterator[int]:
    """Start a browser that trusts the site's certificate; yield the port of its debugger."""
    with chromium.debugged(
        f"--ignore-certificate-errors-spki-list={fingerprint(site)}",
        places={
            f"{nginx.HOST}:443": f"127.0.0.1:{site.port}",
            f"{nginx.HOST}:80": f"127.0.0.1:{site.plain_port}",
        },
        log=site.folder / "chromium.log",
    ) as port:
        yield port


def fingerprint(site: nginx.Site) -> str:
    """Return the fingerprint of the certificate's public key, as Chromium's switch expects it."""
    certificate = site.folder.parent / "fullchain.pem"
    command = (program("openssl"), "x509", "-in", certificate, "-noout", "-pubkey")
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    key = b64decode("".join(output.splitlines()[1:-1]))
    return b64encode(hashlib.sha256(key).digest()).decode()
