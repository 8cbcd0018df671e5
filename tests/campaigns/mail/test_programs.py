"""Emails are shown by outdated programs: no email may need what some of the programs lack."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from wagtail.models import Site

from campaigns.mail import composing
from campaigns.mail.outbox import OutgoingMail
from home.models import Identity
from tests.campaigns.mail.programs import LACKING, asked, misread
from tests.factories import make_home, make_image, make_petition, make_translation

# Features that some program lacks and emails use all the same, and why nothing is lost there.
DECIDED = {
    "!important keyword": "for the dark alone; where it is lacking, the mail stays light",
    "<body> element": "the table in it has its colours, too",
    "<style> element": "for the dark alone",
    "@media": "for the dark alone",
    "@media (prefers-color-scheme)": "for the dark alone",
    "Class selector": "for the dark alone",
    "Descendant combinator": "for the dark alone",
    "Grouping selectors": "for the dark alone",
    "Type selector": "for the dark alone",
    "HTML5 doctype": "another one makes no difference to tables",
    "align attribute": "of cells alone, which all programs have",
    "background-color": "GMX shows the light ground of its own, with the same dark words",
    "border-radius": "corners are square there",
    "color-scheme CSS property": "for the dark alone",
    "color-scheme meta tag": "for the dark alone",
    "dir attribute": "cells are aligned as well, and letters have a direction of their own",
    "display": "a logo without a gap below it; the box of a button is smaller",
    "display:none": "the preview of the list is one pixel high, in the colour of its ground",
    "font-size": "in px, which all programs have",
    "font-weight": "bold, which all programs have",
    "height attribute": "of cells and logos, whose style says the same",
    "height property": "of cells, whose attribute says the same",
    "lang attribute": "for those who listen to mails; other programs guess",
    "line-height": "lines stand a little further apart",
    "margin": "in px and above nought, which all programs have",
    "mso-padding-alt": "for Outlook alone, which then has a button of the same size",
    "max-height property": "the preview of the list has letters of one pixel, too",
    "max-width": "of a table, which Outlook has",
    "overflow": "the preview of the list has letters of one pixel, too",
    "overflow-wrap": "long links have word-break",
    "padding": "of cells, which Outlook has, and of the link of a button, whose cell has it there",
    "role attribute": "a table is then read out as a table",
    "<ul>, <ol> and <dl>": "the signs and the gaps of a list differ",
    "text-align": "cells have the attribute",
    "text-decoration": "links are underlined there, the name and the button, too",
    "white-space": "the code, and the name of a network, may go over two lines",
    "width attribute": "of tables, cells and logos, whose style says the same",
    "width property": "of tables and cells, whose attribute says the same",
    "word-break": "long links have overflow-wrap; the button says the same",
}
FOLDERS = ("mails", "campaigns/staff", "wagtailadmin/notifications")
# Wagtail's own templates that notices use. They extend our base template.
OF_WAGTAIL = ("workflow_state_submitted", "workflow_state_approved", "updated_comments")
TAG, VALUE = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL), re.compile(r"\{\{.*?\}\}", re.DOTALL)


def sources() -> dict[str, str]:
    """The HTML of every email template by name, with all branches of its conditions."""
    folders = (settings.ROOT / "templates" / each for each in FOLDERS)
    ours = (path for folder in folders for path in folder.glob("*.html"))
    names = (f"wagtailadmin/notifications/{name}.html" for name in OF_WAGTAIL)
    theirs = (Path(get_template(name).origin.name) for name in names)
    return {
        f"{path.parent.name}/{path.name}": VALUE.sub("0", TAG.sub("", path.read_text()))
        for path in (*ours, *theirs)
    }


def needless(used: set[str]) -> set[str]:
    return {title for title in used if LACKING.get(title, True)}


def test_no_mail_needs_what_some_program_lacks():
    written = sources()

    used = {title: name for name, html in written.items() for title in asked(html)}

    # Only features that are decided above. New ones, and those in no table, have to be decided.
    assert {title: used[title] for title in needless(set(used)) - set(DECIDED)} == {}
    assert set(DECIDED) - needless(set(used)) == set()
    assert {name: [*misread(html)] for name, html in written.items() if [*misread(html)]} == {}


@pytest.mark.django_db
def test_what_editors_write_brings_nothing_else_into_a_mail():
    make_home()
    logo = make_image(title="Our sign")
    Identity.objects.create(site=Site.objects.get(is_default_site=True), logo=logo)
    english = make_petition(confirm_text="Please.\n\nNow, at https://example.org/")
    words = {"title": "ليبقَ النهر حرًّا", "confirm_text": "من فضلك.\n\nالآن: https://example.org/"}
    petitions = [english, make_translation(english, "ar", **words)]

    for petition in petitions:
        for kind in OutgoingMail.Kind.values:
            mail = composing.sample(petition, kind, name="Ana", email="ana@example.org")
            html = mail.alternatives[0].content
            # The link that shares by email is beside other links.
            assert needless(asked(html)) <= {*DECIDED, "mailto: links"}
            assert [*misread(html)] == []
            assert "<img " in html


def test_the_check_finds_what_a_program_lacks():
    html = '<!doctype html><div style="display: flex; gap: 1rem; padding: 4px"><svg></svg></div>'

    assert {"display:flex", "gap, column-gap, row-gap", "rem unit", "svg"} <= needless(asked(html))
    assert len([*misread(html)]) == 2
    assert len([*misread('<td style="text-align: start"><img src="a.png"></td>')]) == 2
