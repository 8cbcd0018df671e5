"""Staff see where signers came from, and download the numbers."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from campaigns.counting import arrivals, counting
from campaigns.models import Tally
from campaigns.petitions.panels import URLS
from campaigns.public import visit_sources as public_arrivals
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def petition():
    page = make_campaign()
    embedded = {"channel": "embed", "framed_by": "www.example.org"}
    make_signature(page.petition, email="a@x.org", source="=cmd", page=page, confirmed_at=MONDAY)
    make_signature(page.petition, email="b@x.org", confirmed_at=MONDAY, **embedded)
    counting.recount()
    arrivals.roll_up()
    return page.petition


def url(name, petition) -> str:
    return reverse(f"{URLS}:{name}", args=[petition.pk])


def test_the_report_is_one_click_from_the_petition(client, admin_user, petition):
    client.force_login(admin_user)

    overview = client.get(url("inspect", petition)).content.decode()
    report = client.get(url("arrivals", petition)).content.decode()

    assert f'href="{url("arrivals", petition)}"' in overview
    assert "<td>=cmd</td><td>1</td>" in report
    assert "<td>direct, or not known</td><td>1</td>" in report
    assert f"<td>{petition.title}</td><td>1</td>" in report
    assert "<td>www.example.org</td><td>1</td>" in report
    assert "<td>4 May 2026</td><td>2</td><td>=cmd (1)</td>" in report


def test_what_has_no_row_of_its_own_is_added_up_in_the_last_row(client, admin_user, petition):
    for number in range(arrivals.ROWS_SHOWN + 2):
        make_signature(petition, email=f"{number}@y.org", source=f"code-{number:02}")
    counting.recount()
    arrivals.roll_up()
    client.force_login(admin_user)

    report = client.get(url("arrivals", petition)).content.decode()

    # 27 codes, “=cmd” and none at all.
    assert "<td>and 4 more rows</td><td>4</td>" in report
    rows = arrivals.report(petition.tally).sources
    assert len(rows) == arrivals.ROWS_SHOWN + 1
    assert sum(row.number for row in rows) == Tally.objects.get(pk=petition.tally.pk).total


def test_before_the_first_signature_it_says_when_numbers_come(client, admin_user):
    client.force_login(admin_user)

    report = client.get(url("arrivals", make_petition())).content.decode()

    assert "There are no numbers yet." in report
    assert "By source" not in report


def test_the_report_names_what_a_code_may_have(client, admin_user):
    client.force_login(admin_user)

    report = client.get(url("arrivals", make_petition())).content.decode()

    assert "lowercase letters, digits, dots, hyphens and underscores" in report
    assert public_arrivals.code("a.b-c_1") == "a.b-c_1"


def test_the_file_has_a_line_for_each_number(client, admin_user, petition):
    client.force_login(admin_user)

    response = client.get(url("arrivals_download", petition))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode("utf-8-sig").splitlines() == [
        '"Day of confirmation","Page","Embedding site","Source","Signatures"',
        '"2026-05-04","","www.example.org","","1"',
        f'"2026-05-04","{petition.title}","","\'=cmd","1"',
    ]


def test_the_list_of_signatures_is_narrowed_down_by_source_and_site(client, admin_user, petition):
    client.force_login(admin_user)

    found = {
        query: [
            signature.email
            for signature in client.get(f"/admin/signatures/?{query}").context["object_list"]
        ]
        for query in ("source=%3DC", "framed_by=www.example.org", "source=other")
    }

    assert found == {
        "source=%3DC": ["a@x.org"],
        "framed_by=www.example.org": ["b@x.org"],
        "source=other": [],
    }
