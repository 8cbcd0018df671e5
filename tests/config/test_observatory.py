"""The CMS by the rules of MDN's HTTP Observatory, as far as headers go (at most 135 points)."""

import pytest
from django.http import HttpResponse
from django.test import Client

from config import inline_scripts
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db

HALF_A_YEAR = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


@pytest.fixture(autouse=True)
def production(settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def policy(response: HttpResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


def of_policy(response: HttpResponse) -> int:
    directives = policy(response)
    default = directives.get("default-src", [])
    scripts, objects = (
        directives.get(name, default or ["*"]) for name in ("script-src", "object-src")
    )
    bad = {"'unsafe-inline'", "data:", "https:", "http:", "*"}
    if bad & {*scripts, *objects}:
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if bad & set(directives.get("style-src", default)):
        return 0
    return 10 if default == ["'none'"] else 5


def of_cookies(response: HttpResponse) -> int:
    cookies = response.cookies.values()
    if not all(cookie["secure"] for cookie in cookies):
        return -20
    if "sessionid" in response.cookies and not response.cookies["sessionid"]["httponly"]:
        return -30
    return 5 if cookies and all(cookie["samesite"] for cookie in cookies) else 0


def of_transport(response: HttpResponse) -> int:
    words = response.get("Strict-Transport-Security", "").split("; ")
    age = int(words[0].removeprefix("max-age=") or 0)
    return 0 if age >= HALF_A_YEAR else -20


def of_headers(response: HttpResponse) -> list[int]:
    framed = policy(response).get("frame-ancestors")
    return [
        5 if response.get("Referrer-Policy") in PRIVATE else 0,
        0 if response.get("X-Content-Type-Options") == "nosniff" else -5,
        5 if framed and "*" not in framed else -20,
        10 if response.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
    ]


def score(response: HttpResponse) -> int:
    points = [of_policy(response), of_cookies(response), of_transport(response)]
    points += of_headers(response)
    penalised = 100 + sum(point for point in points if point < 0)
    return penalised + sum(point for point in points if point > 0) * (penalised >= 90)


@pytest.fixture
def addresses() -> dict[str, str]:
    petition = make_petition()
    campaign = make_campaign(petition)
    return {
        "door": "/admin/login/",
        "home": "/admin/",
        "page": f"/admin/pages/{campaign.pk}/edit/",
        "new page": f"/admin/pages/add/campaigns/campaignpage/{campaign.get_parent().pk}/",
        "petition": f"/admin/snippets/campaigns/petition/edit/{petition.pk}/",
        "signatures": "/admin/signatures/",
        "promoted results": "/admin/searchpicks/add/",
        "workflow": "/admin/workflows/add/",
        "history": f"/admin/pages/{campaign.pk}/history/",
        "report": "/admin/reports/aging-pages/",
        "translate": f"/admin/localize/submit/page/{campaign.pk}/",
        "account": "/admin/account/",
    }


NAMES = [
    *("door", "home", "page", "new page", "petition", "signatures", "promoted results"),
    *("workflow", "history", "report", "translate", "account"),
]


@pytest.mark.parametrize("name", NAMES)
def test_each_screen_of_the_cms_scores_a_hundred_and_runs_its_scripts(
    admin_client, addresses, name
):
    client = Client() if name == "door" else admin_client

    response = client.get(addresses[name], secure=True, follow=True)

    scripts = inline_scripts.INLINE.findall(response.text)
    allowed = policy(response)["script-src"]
    assert response.status_code == 200
    assert score(response) >= 100
    assert [text for text in scripts if not inline_scripts.is_known(text)] == []
    for text in scripts:
        for filled in inline_scripts.filled_in(text):
            assert inline_scripts.digest(filled) in allowed


@pytest.mark.parametrize(
    "script",
    [
        "alert(1)",
        'initDateChooser("id_a", {}); alert(1);',
        'initDateChooser("id_a", {"a": alert(1)});',
        'initDateChooser("a"); alert("b", {});',
        'new Image("a", {}).src = "//evil.example";',
        'new PageChooser("a", {"b": "c"}, alert(1));',
        'createTaskChooser("a" + alert(1));',
        '(function() { var panel = new InlinePanel(JSON.parse("{}" + alert(1))); })();',
    ],
)
def test_a_script_of_somebody_else_is_not_known(script):
    page = f"<script>{script}</script>"

    assert inline_scripts.INLINE.findall(page) == [script]
    assert inline_scripts.digests(page) == []


def test_the_scripts_of_forms_that_are_added_are_allowed_too():
    digests = inline_scripts.digests(
        '<script>new PageChooser("id_a-__prefix__-page", {});</script>'
    )

    added = 'new PageChooser("id_a-3-page", {});'
    assert inline_scripts.digest(added) in digests
    assert inline_scripts.digest('new PageChooser("id_a-__prefix__-page", {});') in digests
    assert len(digests) == 1 + inline_scripts.MOST_ADDED
