"""The disk of nginx is full: people can sign, and can read if the cache has a disk of its own."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from servers.gunicorn import Application
from servers.nginx import Site
from tests.deploy.conftest import fields
from tests.disk import fill, small_disk
from tests.factories import make_petition


@pytest.fixture
def serve(app: Application, certificate: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A function that starts nginx on a disk of 4 MB, with its cache there or on another disk."""
    with ExitStack() as stack:

        def start(*, cache: str = "") -> Site:
            disk = stack.enter_context(small_disk(tmp_path / "disk", megabytes=4))
            other = {}
            if cache:
                memory = stack.enter_context(small_disk(tmp_path / cache, megabytes=4))
                other = {str(disk / "cache"): str(memory / "cache")}
            front = Site(disk, app=app, certificate=certificate, instead=other)
            stack.callback(front.process.end)
            return front

        yield start


def test_people_sign_and_all_is_well_once_there_is_room(serve):
    petition = make_petition()
    path = petition.get_absolute_url()
    site = serve()
    ballast = fill(site.folder)

    signed = site.post(f"{path}sign/", fields(petition)).status
    try:
        read = site.ask(path).status
    except http.client.RemoteDisconnected:
        read = 503  # nginx gives up in the middle of its answer
    ballast.unlink()
    again = [site.ask(path) for _ in range(2)]

    assert (signed, read) == (303, 503)
    assert [(answer.status, answer.cache) for answer in again] == [(200, "MISS"), (200, "HIT")]


def test_where_the_cache_has_a_disk_of_its_own_nobody_notices(serve):
    petition = make_petition()
    path = petition.get_absolute_url()
    site = serve(cache="memory")
    fill(site.folder)

    read = [site.ask(path) for _ in range(2)]
    signed = site.post(f"{path}sign/", fields(petition)).status

    assert [(answer.status, answer.cache) for answer in read] == [(200, "MISS"), (200, "HIT")]
    assert signed == 303
