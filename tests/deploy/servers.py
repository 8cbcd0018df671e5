"""A real gunicorn and a real nginx with the configuration of deploy/, on ports of this machine."""

import contextlib
import ctypes
import gzip
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
HOST = "petition.example.org"
# Whom nginx believes about the visitor's address here, as it would a CDN.
CDN = "127.0.0.3"
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PATIENCE = 20  # seconds for a server to start or stop

AROUND = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/main.log;
events {{ worker_connections 1024; }}
http {{
    # What Debian's own nginx.conf says; a directive that is said twice stops the start.
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    server_tokens off;
    include {mime_types};
    default_type application/octet-stream;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers off;
    access_log {folder}/others.log;
    gzip on;

    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/lastdrop.conf;
}}
"""


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cache(self) -> str | None:
        return self.headers["X-Cache"]


class Process:
    """A server that is ended with all that it started, whatever happens to us."""

    def __init__(self, *command: str | Path, log: Path, environment: dict[str, str] | None = None):
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=self._end_with_parent,
            )
        self.log = log

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.end()
                raise AssertionError(f"It did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.signal(signal.SIGKILL)
            self.process.wait()

    @staticmethod
    def _end_with_parent() -> None:
        if LIBC:
            LIBC.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Application:
    """gunicorn on a unix socket, with the tests' database."""

    def __init__(self, *, socket_path: Path, static: Path, media: Path, log: Path) -> None:
        self.socket_path, self.static, self.media, self.log = socket_path, static, media, log
        self.staff_path = socket_path.with_name("staff.sock")
        self.process: Process | None = None

    def start(self) -> None:
        self.process = self.serve(self.socket_path)

    def serve(self, socket_path: Path) -> Process:
        """One pool of workers, which answers."""
        process = self.run(
            *("-m", "gunicorn", "--config", "gunicorn.conf.py"),
            *("--bind", f"unix:{socket_path}", "--workers", "2"),
            log=self.log,
        )
        process.wait_until(lambda: self.answers(socket_path))
        return process

    def run(self, *command: str, log: Path) -> Process:
        """Something of the application: Python with these arguments."""
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.deploy.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "SIGNATURE_KEY": settings.SIGNATURE_KEY,
            "DATABASE_URL": database_url(),
            "ALLOWED_HOSTS": HOST,
            "BASE_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": "1",
            "TEST_STATIC_ROOT": str(self.static),
            "MEDIA_ROOT": str(self.media),
        }
        return Process(sys.executable, *command, log=log, environment=environment)

    def stop(self) -> None:
        if self.process:
            self.process.end()
            self.process = None

    def answers(self, socket_path: Path) -> bool:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(PATIENCE)
            try:
                asked.connect(str(socket_path))
                asked.sendall(f"GET /arrived/ HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
                return b" 200 " in asked.recv(16)
            except OSError:
                return False


class Site:
    """nginx as deploy/nginx.conf has it, but for paths and ports."""

    def __init__(self, nginx: str, folder: Path, *, app: Application, certificate: Path) -> None:
        self.folder, (self.port, self.plain_port) = folder, free_ports(2)
        self.tls = ssl.create_default_context(cafile=certificate / "fullchain.pem")
        mime_types = Path(compiled_in(nginx, "conf-path")).parent / "mime.types"
        (folder / "www" / ".well-known" / "acme-challenge").mkdir(parents=True)
        (folder / "lastdrop.conf").write_text(self.configuration(app, certificate))
        (folder / "nginx.conf").write_text(
            AROUND.format(
                user="user root;" if os.getuid() == 0 else "",
                folder=folder,
                mime_types=mime_types,
            )
        )
        self.process = Process(
            *(nginx, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "main.log"),
            *("-g", "daemon off;"),
            log=folder / "main.log",
        )
        self.process.wait_until(lambda: answers(self.port) and answers(self.plain_port))

    def configuration(self, app: Application, certificate: Path) -> str:
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        text = re.sub(r"\n *listen \[::\].*;", "", text)  # IPv6 is not everywhere
        for place, here in {
            "listen 80": f"listen 127.0.0.1:{self.plain_port}",
            "listen 443": f"listen 127.0.0.1:{self.port}",
            "# set_real_ip_from 192.0.2.0/24": f"set_real_ip_from {CDN}",
            "# real_ip_header": "real_ip_header",
            "/run/lastdrop/web.sock": str(app.socket_path),
            "/run/lastdrop/staff.sock": str(app.staff_path),
            "/srv/lastdrop/var/static": str(app.static),
            "/srv/lastdrop/var/media": str(app.media),
            "/srv/lastdrop/deploy": str(ROOT / "deploy"),
            "/etc/letsencrypt/live/petition.example.org": str(certificate),
            "/var/cache/lastdrop": str(self.folder / "cache"),
            "/var/log/nginx": str(self.folder),
            "/var/www/html": str(self.folder / "www"),
        }.items():
            assert place in text, f"deploy/nginx.conf has no {place} any more."
            text = text.replace(place, here)
        return text

    def connect(
        self, *, source: str = "127.0.0.1", name: str = HOST, timeout: float = 30
    ) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout, (source, 0))
        return self.tls.wrap_socket(plain, server_hostname=name)

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        source: str = "127.0.0.1",
        timeout: float = 30,
    ) -> Answer:
        asked = http.client.HTTPConnection(HOST, self.port)
        asked.sock = self.connect(source=source, timeout=timeout)
        with contextlib.closing(asked):
            asked.request(method, path, body, headers or {})
            answer = asked.getresponse()
            content = answer.read()
            if answer.headers["Content-Encoding"] == "gzip" and content:
                content = gzip.decompress(content)
            return Answer(answer.status, answer.headers, content.decode())

    def post(self, path: str, fields: dict[str, Any], **options: Any) -> Answer:
        headers = options.pop("headers", {})
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.ask(
            path, method="POST", body=urlencode(fields).encode(), headers=headers, **options
        )

    def logs(self) -> str:
        """All that was written down, once nothing more is under way."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


def certify(folder: Path, *, openssl: str) -> None:
    """A folder as certbot makes it, with a certificate that nobody believes who was not told to."""
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-nodes", "-days", "2"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
            *("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )


def database_url() -> str:
    """The tests' own database, for another process."""
    known = connection.settings_dict
    user, password, host = (quote(known[key], safe="") for key in ("USER", "PASSWORD", "HOST"))
    login = f"{user}:{password}" if password else user
    return f"postgres://{login}@{host}:{known['PORT'] or 5432}/{known['NAME']}"


def compiled_in(nginx: str, name: str) -> str:
    said = subprocess.run([nginx, "-V"], capture_output=True, text=True, check=True).stderr
    return re.search(rf"--{name}=(\S+)", said)[1]


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """All at once: one that was given back may be given again."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [free.getsockname()[1] for free in found]
