"""Staff who may not see a petition in the CMS cannot give anybody a link to its draft."""

from django.urls import reverse

from tests.factories import make_campaign


def test_a_draft_of_another_teams_petition_is_shown_to_nobody(
    client, teams, editor, page_publishers
):
    editor.groups.add(page_publishers)
    page = make_campaign(teams.theirs)
    teams.theirs.opening = "Words that nobody has read."
    teams.theirs.save_revision()
    client.force_login(editor)

    screen = client.get(reverse("preview_links", args=[page.pk]))
    draft = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))

    assert screen.status_code == 302
    assert draft.status_code == 200
    assert "Words that nobody has read." not in draft.content.decode()
