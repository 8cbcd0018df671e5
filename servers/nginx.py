"""nginx on local ports, with any configuration or with that of deploy/."""

import contextlib
import gzip
import http.client
import os
import re
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from servers.gunicorn import Application
from servers.ports import HOST as LOOPBACK
from servers.ports import answers, free_ports
from servers.processes import ROOT, Problem, Process, program

HOST = "petition.example.org"
# The IP address from which nginx trusts X-Forwarded-For here, as it would trust a CDN.
CDN = "127.0.0.3"

AROUND = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/main.log;
events {{ worker_connections 1024; }}
http {{
    # Taken from Debian's own nginx.conf: a directive that appears twice would stop the start.
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


def start(folder: Path, configuration: str, *ports: int) -> Process:
    """Start nginx with this configuration, and return once it answers on these ports."""
    (folder / "nginx.conf").write_text(configuration)
    process = Process(
        *(program("nginx"), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "main.log"),
        *("-g", "daemon off;"),
        log=folder / "main.log",
    )
    process.wait_until(lambda: all(map(answers, ports)))
    return process


def user() -> str:
    """Return the directive that nginx needs when it runs as root; "" for other users."""
    return "user root;" if os.getuid() == 0 else ""


def mime_types() -> Path:
    """Return the path of the mime.types file that was installed with nginx."""
    result = subprocess.run([program("nginx"), "-V"], capture_output=True, text=True, check=True)
    found = re.search(r"--conf-path=(\S+)", result.stderr)
    assert found, result.stderr
    return Path(found[1]).parent / "mime.types"


class Site:
    """nginx with deploy/nginx.conf, on other paths and ports, and a client that trusts it."""

    def __init__(
        self,
        folder: Path,
        *,
        app: Application,
        certificate: Path,
        instead: dict[str, str] | None = None,
    ) -> None:
        """Start nginx; in its configuration, the keys of `instead` are replaced by the values."""
        self.folder, (self.port, self.plain_port, self.inner_port) = folder, free_ports(3)
        self.tls = ssl.create_default_context(cafile=certificate / "fullchain.pem")
        (folder / "www" / ".well-known" / "acme-challenge").mkdir(parents=True)
        (folder / "lastdrop.conf").write_text(self.configuration(app, certificate, instead or {}))
        around = AROUND.format(user=user(), folder=folder, mime_types=mime_types())
        self.process = start(folder, around, self.port, self.plain_port)

    def configuration(self, app: Application, certificate: Path, instead: dict[str, str]) -> str:
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        text = re.sub(r"\n *listen \[::\].*;", "", text)  # not every machine has IPv6
        for place, here in {
            "listen 80": f"listen {LOOPBACK}:{self.plain_port}",
            "listen 443": f"listen {LOOPBACK}:{self.port}",
            "127.0.0.1:8079": f"{LOOPBACK}:{self.inner_port}",
            "/run/lastdrop/sign.sock": str(app.sign_path),
            "# set_real_ip_from 192.0.2.0/24": f"set_real_ip_from {CDN}",
            "# real_ip_header": "real_ip_header",
            "/run/lastdrop/web.sock": str(app.socket_path),
            "/run/lastdrop/staff.sock": str(app.staff_path),
            "/srv/lastdrop/current/var/static": str(app.static),
            "/srv/lastdrop/var/media": str(app.media),
            "/srv/lastdrop/current/deploy": str(ROOT / "deploy"),
            "/etc/letsencrypt/live/petition.example.org": str(certificate),
            "/var/cache/lastdrop": str(self.folder / "cache"),
            "/var/log/nginx": str(self.folder),
            "/var/www/html": str(self.folder / "www"),
            **instead,
        }.items():
            if place not in text:
                raise Problem(f"deploy/nginx.conf has no {place} any more.")
            text = text.replace(place, here)
        return text

    def connect(
        self, *, source: str = LOOPBACK, name: str = HOST, timeout: float = 30
    ) -> ssl.SSLSocket:
        plain = socket.create_connection((LOOPBACK, self.port), timeout, (source, 0))
        return self.tls.wrap_socket(plain, server_hostname=name)

    def open(self, *, source: str = LOOPBACK, timeout: float = 30) -> http.client.HTTPConnection:
        """Return a connection for any number of requests."""
        opened = http.client.HTTPConnection(HOST, self.port)
        opened.sock = self.connect(source=source, timeout=timeout)
        opened.auto_open = 0  # It would connect again without TLS, and elsewhere.
        return opened

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        source: str = LOOPBACK,
        timeout: float = 30,
    ) -> Answer:
        with contextlib.closing(self.open(source=source, timeout=timeout)) as opened:
            return answered(opened, path, method=method, body=body, headers=headers)

    def post(self, path: str, fields: dict[str, Any], **options: Any) -> Answer:
        headers = options.pop("headers", {})
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.ask(
            path, method="POST", body=urlencode(fields).encode(), headers=headers, **options
        )

    def logs(self) -> str:
        """Return the text of all logs; call it when no request is running."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


def answered(
    opened: http.client.HTTPConnection,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send a request over an open connection, and return its response."""
    opened.request(method, path, body, headers or {})
    answer = opened.getresponse()
    content = answer.read()
    if answer.headers["Content-Encoding"] == "gzip" and content:
        content = gzip.decompress(content)
    return Answer(answer.status, answer.headers, content.decode())


def certify(folder: Path) -> None:
    """Write a self-signed certificate into the folder, with the file names that certbot uses."""
    subprocess.run(
        [
            *(program("openssl"), "req", "-x509", "-nodes", "-days", "2"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
            *("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )
