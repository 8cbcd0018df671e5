"""The site as it is served: nginx in front, gunicorn behind, the tests' database below."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from config import env
from tests.deploy import servers
from tests.deploy.servers import Application, Site


def program(name: str) -> str:
    """Its path. Without it the test is skipped; where CI=true it fails."""
    if path := shutil.which(name, path="/usr/local/sbin:/usr/sbin:/sbin") or shutil.which(name):
        return path
    reason = f"There is no {name} on this machine."
    if env.flag("CI", False):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def nginx() -> str:
    return program("nginx")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    servers.certify(folder, openssl=program("openssl"))
    return folder


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What collectstatic makes for production."""
    folder = tmp_path_factory.mktemp("static")
    backend = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    with override_settings(STATIC_ROOT=folder, STORAGES={"staticfiles": backend}):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="module")
def application(static: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Not yet running; media files go to its ``media``."""
    folder = tmp_path_factory.mktemp("application")
    with tempfile.TemporaryDirectory(prefix="lastdrop-") as sockets:  # a short path, or no socket
        application = Application(
            socket_path=Path(sockets) / "web.sock",
            static=static,
            media=folder / "media",
            log=folder / "gunicorn.log",
        )
        yield application
        application.stop()


@pytest.fixture
def front(
    application: Application, nginx: str, certificate: Path, tmp_path: Path
) -> Iterator[Site]:
    """nginx alone, with an empty cache and limits that nobody has touched."""
    front = Site(nginx, tmp_path, app=application, certificate=certificate)
    yield front
    front.process.end()


@pytest.fixture
def app(nginx: str, application: Application, transactional_db: None) -> Application:
    """Running, whatever the test before did to it."""
    if not application.process:
        application.start()
    return application


@pytest.fixture
def site(front: Site, app: Application) -> Site:
    """All of it."""
    return front
