"""How long nginx caches a page, and what it answers while the application hangs or is down."""

import json
import signal
import time

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns.models import Petition, Signature
from campaigns.petitions import immediate_actions
from campaigns.signatures import tokens
from servers.processes import ROOT
from tests.deploy.conftest import fields, people_wait
from tests.factories import make_article, make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ONE_HAS_SIGNED = "data-count>1<"
# The state of a petition; of another one, the number of signatures, and whether a page shows one.
UNCHANGED, CHANGED = ("open", 0, False), ("paused", 1, True)


def test_a_pause_and_a_signature_are_seen_within_ten_seconds_and_renewing_keeps_nobody_waiting(
    site, app, tmp_path
):
    paused, counted = make_petition(), make_petition(slug="counted", goal=100)
    busy, quiet = (f"{paused.get_absolute_url()}{end}" for end in ("count.json", ""))
    token = tokens.make("confirm", make_signature(counted, confirmed_at=None).pk)

    def told(path: str) -> dict:
        answer = site.ask(path)
        seen.add(answer.cache)
        return json.loads(answer.text)

    def shown() -> tuple[str, int, bool]:
        page = site.ask(counted.get_absolute_url())
        count = told(f"{counted.get_absolute_url()}count.json")["count"]
        return told(busy)["state"], count, ONE_HAS_SIGNED in page.text

    worker = app.run("manage.py", "worker", log=tmp_path / "worker.log")
    try:
        worker.wait_until(lambda: "Worker started" in worker.log.read_text())
        form, seen = site.ask(quiet), set()
        before = shown()
        seen.clear()
        immediate_actions.pause(paused, by=User.objects.create_user("editor"))
        confirmed = site.post(f"/signatures/confirm/{token}/", {})
        since, after = time.monotonic(), [shown()]
        while time.monotonic() < since + (5.1 if after[-1] == CHANGED else 9):
            time.sleep(0.2)  # readers keep coming
            after.append(shown())
        asked_once = site.ask(quiet)
    finally:
        worker.end()

    assert (form.status, confirmed.status) == (200, 303)
    assert (before, after[0], after[-1]) == (UNCHANGED, UNCHANGED, CHANGED)
    # No reader waited for the application: nginx updated the copies in the background.
    assert seen - {"UPDATING"} == {"HIT", "STALE"}
    # A copy that nobody requested in the meantime is too old to be shown while it is renewed.
    assert asked_once.cache == "EXPIRED"
    assert asked_once.text != form.text


def test_readers_get_pages_but_none_that_was_taken_down_while_the_application_hangs_and_is_down(
    site, app
):
    petition = make_petition()
    path = petition.get_absolute_url()
    pages = [make_article(slug=slug) for slug in ("kept", "gone", "moved", "private")]
    _kept, gone, moved, private = pages
    paths = [page.url for page in pages]
    page = site.ask(path).text
    assert {site.ask(path).status for path in paths} == {200}

    gone.unpublish()
    PageViewRestriction.objects.create(page=private, restriction_type="password", password="word")
    moved.slug = "elsewhere"
    moved.save_revision().publish()
    time.sleep(5.1)  # no longer fresh, and too old to be shown while it is renewed
    seen = [site.ask(path) for path in paths]
    app.process.signal(signal.SIGSTOP)
    try:
        with people_wait(site):
            hanging = site.ask(path, timeout=5)  # half as long as nginx would wait
            refused = site.ask("/never-seen/", timeout=5)
    finally:
        app.process.signal(signal.SIGCONT)
    app.stop()
    down, *taken_down = (site.ask(each) for each in (path, *paths))
    others = [
        refused,
        site.post(f"{path}sign/", fields(petition)),
        site.ask("/never-seen/"),
        site.ask("/admin/login/"),
    ]
    app.start()
    # At once, with no pause for a pool that has failed a moment ago.
    signed, staff = site.post(f"{path}sign/", fields(petition)), site.ask("/admin/login/")

    for answer in (hanging, down):
        assert (answer.status, answer.cache, answer.text) == (200, "STALE", page)
    for answer in others:
        assert (answer.status, answer.headers["Cache-Control"]) == (503, "no-store")
        assert answer.text == (ROOT / "deploy/pages/503.html").read_text()
    assert (signed.status, staff.status) == (303, 200)
    assert [answer.status for answer in seen][:2] == [200, 404]
    assert seen[2].status in (301, 404)
    assert "authenticate_with_password" in seen[3].headers["Location"]
    assert "X-Accel-Expires" not in seen[1].headers
    assert [answer.status for answer in taken_down] == [answer.status for answer in seen]
    assert taken_down[1].headers["Cache-Control"] == "private, no-store"


def test_the_page_kept_from_before_closing_cannot_sign(site):
    petition = make_petition()
    path = petition.get_absolute_url()
    site.ask(path)

    Petition.objects.update(closes_at=timezone.now())
    kept = site.ask(path)
    answer = site.post(petition.url_path("sign"), fields(petition))

    assert (kept.cache, 'name="version"' in kept.text) == ("HIT", True)
    assert (answer.status, 'name="version"' in answer.text) == (410, False)
    assert not Signature.objects.exists()
