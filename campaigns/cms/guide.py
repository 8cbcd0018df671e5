"""The guides in the CMS, under Help: a searchable table of contents, and each guide."""

from typing import Any

from django.http import Http404
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.templatetags.wagtailcore_tags import wagtail_feature_release_editor_guide_link

from campaigns.cms.permissions import AnyUser, StaffRequest, collections_for
from campaigns.cms.screens import Screen
from guide import documents, finding

LONGEST_QUERY = 100
# The name of the menu item with Wagtail's own guide.
WAGTAILS = "editor-guide"
# The readers of each guide, shown above its title.
READERS = {
    "editors": _("For editors and moderators"),
    "managers": _("For campaign managers, and all who see signatures"),
    "glossary": _("For everybody"),
    "privacy": _("For administrators and campaign managers"),
}
# The guides, and the permission on petitions that makes each one relevant to a user.
TASKS = {"editors": "change", "managers": "view_signatures"}
# Users with this permission look after signatures first of all.
FIRST = ("managers", "hold_signatures")


def concern(user: AnyUser) -> list[str]:
    """Return the guides relevant to the user, the most important first; all without permissions."""
    found = [name for name, action in TASKS.items() if collections_for(user, action).exists()]
    name, action = FIRST
    if not user.is_superuser and name in found and collections_for(user, action).exists():
        found.sort(key=lambda each: each != name)
    return found or list(TASKS)


class GuideView(Screen, TemplateView):
    """One guide."""

    template_name = "campaigns/cms/guide.html"
    header_icon = "help"
    breadcrumbs_items = [
        *Screen.breadcrumbs_items,
        {"url": reverse_lazy("guides"), "label": _("Guide")},
    ]

    def get_page_title(self) -> str:
        return self.get_guide().title

    def get_guide(self) -> documents.Guide:
        if self.kwargs["name"] not in documents.NAMES:
            raise Http404
        return documents.read(self.kwargs["name"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self.get_guide()
        context = {
            "guide": shown,
            "readers": READERS[shown.name],
            "is_foreign": is_foreign(shown),
        }
        return {**super().get_context_data(**kwargs), **context}


class GuidesView(Screen, TemplateView):
    """The contents of all guides, those relevant to the user first; `?q=` searches them."""

    template_name = "campaigns/cms/guides.html"
    page_title = _("Guide")
    header_icon = "help"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        theirs = concern(self.request.user)
        names = sorted(documents.NAMES, key=lambda name: name not in theirs)
        guides = [documents.read(name) for name in [*theirs, *names[len(theirs) :]]]
        query = self.request.GET.get("q", "").strip()[:LONGEST_QUERY]
        context = {
            "query": query,
            "found": finding.find(query, guides),
            "guides": [(each, READERS[each.name]) for each in guides[: len(theirs)]],
            "others": [(each, READERS[each.name]) for each in guides[len(theirs) :]],
            "is_foreign": any(is_foreign(each) for each in guides),
        }
        return {**super().get_context_data(**kwargs), **context}


def is_foreign(shown: documents.Guide) -> bool:
    """Return whether a guide is in another language than the CMS."""
    return shown.language != translation.get_language()


class GuideMenuItem(MenuItem):
    """The entry in the menu *Help*."""

    def __init__(self) -> None:
        super().__init__(_("Guide"), reverse("guides"), icon_name="help", order=50)


class WagtailGuideMenuItem(MenuItem):
    """Wagtail's own guide, labelled as external so that it is not mistaken for the site's guide."""

    def __init__(self) -> None:
        super().__init__(
            _("Wagtail’s guide (another site)"),
            wagtail_feature_release_editor_guide_link(),
            name=WAGTAILS,
            icon_name="link-external",
            attrs={"target": "_blank", "rel": "noreferrer"},
            order=1100,
        )


def put_in_order(request: StaffRequest, items: list[MenuItem]) -> None:
    """Give Wagtail's guide a name of its own, and show its news to administrators alone.

    For the `construct_help_menu` hook.
    """
    is_administrator = request.user.is_superuser
    items[:] = [
        WagtailGuideMenuItem() if item.name == WAGTAILS else item
        for item in items
        if is_administrator or not item.name.startswith("whats-new")
    ]


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [
        path("guide/", GuidesView.as_view(), name="guides"),
        path("guide/<slug:name>/", GuideView.as_view(), name="guide"),
    ]
