"""Another team's objects cannot be told from objects that do not exist by guessing their keys."""

import functools
import re
from types import SimpleNamespace
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from campaigns.models import Signature
from tests.factories import make_signature

# Scripts, tags and tokens, which hold the key or are new in each response.
UNSEEN = r"""<script\b.*?</script>|<(?:[^<>"']|"[^"]*"|'[^']*')*>|[\w-]{60,}"""
NUMBER, KEY = 987654321, "01a218e4-4350-7ef6-a029-000000000000"
# URLs below /admin/, by the kind of object whose primary key is in them.
ASKED = {
    "petition": [
        *("signatures/?petition={}", "signatures/?petition={}&state=pending"),
        *("signatures/results/?petition={}", "signatures/moderate/?petition={}"),
        *("signatures/statistics/?petition={}", "signatures/statistics/?petition={}&beside={}"),
        *(
            "signatures/statistics/?petition={}&chart=days&format=csv",
            "reports/exports/?petition={}",
        ),
        *("signatures/comments/?petition={}", "signatures/quarantine/?petition={}"),
        *("signatures/export/?export=csv&petition={}", "signatures/export/?new=yes&petition={}"),
        *("signatures/export/mailing/?petition={}", "snippets/campaigns/petition/history/{}/"),
    ],
    "page": ["signatures/?page={}"],
    "alarm": ["signatures/?alarm={}", "signatures/moderate/?alarm={}", "signatures/alarms/{}/"],
    "decision": ["signatures/decisions/{}/undo/"],
    "preset": ["signatures/export/presets/{}/", "signatures/export/presets/{}/rename/"],
    "view": ["signatures/views/{}/delete/"],
    "signature": [
        *(f"signatures/?like={kind}.{{}}" for kind in ("name", "domain", "network", "hour")),
        *("signatures/?group=reason.{}", "signatures/moderate/?group=reason.{}"),
        *("signatures/moderate/?signature={}", "signatures/export/?export=csv&like=domain.{}"),
        *("signatures/inspect/{}/", "signatures/history/{}/", "signatures/delete/{}/"),
    ],
    "job": ["jobs/{}/cancel/", "jobs/{}/file/"],
}


def prepare(world: SimpleNamespace) -> None:
    """Both teams have signers who share name, domain and reason."""
    for side in world.sides:
        signature = Signature.objects.get(pk=side["signature"])
        petition = signature.tally.petition
        shared = {"name": "Same Name", "moderation": "quarantined", "moderation_reason": "burst"}
        side["signature"] = make_signature(petition, email="a@same.example", **shared).pk
        make_signature(petition, email="b@same.example", **shared)


def seen(response: HttpResponse, asked: object) -> tuple[int, str, str]:
    """What a user sees: the status, the target of a redirect, and the text without the key."""
    words = re.sub(UNSEEN, " ", b"".join(response).decode(), flags=re.DOTALL)
    words = " ".join(words.split())
    return response.status_code, response.get("Location", "").replace(str(asked), "…"), words


def test_what_another_team_has_looks_like_what_nobody_has(world, come_in, client: Client):
    come_in(world.people["r"])
    ours, theirs = world.sides
    told, silent = [], []

    @functools.cache
    def ask(route: str, key: object) -> tuple[int, str, str]:
        client.cookies.pop("messages", None)  # the message of the previous page
        return seen(client.get(f"/admin/{route.format(key, key)}"), key)

    for name, routes in ASKED.items():
        nobodys: object = KEY if isinstance(theirs[name], UUID) else NUMBER
        silent += [name] if ask(routes[0], ours[name]) == ask(routes[0], nobodys) else []
        told += [each for each in routes if ask(each, theirs[name]) != ask(each, nobodys)]

    assert told == []
    # For all other kinds of objects, the first URL does show something to the object's own team.
    assert silent == ["page", "view"]
