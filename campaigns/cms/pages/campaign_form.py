"""The form of a campaign page, with the form of its own petition inside it.

The page's form saves, validates and compares both. The edited petition is handed to the page
(`WithPetition.composed`), which stores it together with itself.
"""

from functools import cache
from typing import Any

from anyascii import anyascii
from django import forms
from django.contrib.auth.models import User
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, Panel, PanelGroup
from wagtail.models import Locale

from campaigns.cms.permissions import collections_for, may
from campaigns.cms.petitions.editing import tabs
from campaigns.cms.petitions.editing.form import PetitionForm
from campaigns.pages.public_page import PageForm
from campaigns.petitions.panels import PetitionStatusPanel
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.tally import Tally

# The prefix of the petition's fields in the form of the page.
PREFIX = "own_petition"
SHOWN = f"{PREFIX}-shown"
ELSEWHERE = ("slug",)  # Fields that only the petition's own form has.
TITLE = Petition._meta.get_field("title")


@cache
def letter_editor() -> Panel:
    """Return the panels of the petition's own form, in one column below the story."""
    first, *others = (tab.children for tab in tabs.editor.children)
    panels = [panel for panel in first if not isinstance(panel, PetitionStatusPanel)]
    title = FieldPanel("title", heading=_("Title of the letter"))
    panels = [title if names(panel) == ["title"] else panel for panel in panels]
    # Last, since the public never reads the collection.
    panels.sort(key=lambda panel: names(panel) == ["collection"])
    for tab in others:
        panels += [folded(panel) for panel in tab if names(panel) != list(ELSEWHERE)]
    handler = ObjectList(panels, base_form_class=PetitionForm)
    return handler.bind_to_model(Petition)


def names(panel: Any) -> list[str]:
    """Return the names of a panel's fields."""
    if isinstance(panel, PanelGroup):
        return [name for child in panel.children for name in names(child)]
    name = getattr(panel, "field_name", "")
    return [name] if name else []


def folded(panel: Panel) -> Panel:
    """Return the panel collapsed, except the panel with the goal and the times."""
    if "closes_at" in names(panel):
        return panel
    copy = panel.clone()
    copy.classname = f"{panel.classname} collapsed".strip()
    return copy


def draft_for(user: User, own: Petition) -> Petition | None:
    """Return the draft of a page's own petition that the user edits with the page; None if none."""
    draft: Petition = own.get_latest_revision_as_object()
    lock = draft.get_lock()
    return draft if may(user, "change", own) and not (lock and lock.for_user(user)) else None


def stamp(draft: Petition) -> str:
    """Return which petition, and which revision of it, the form shows."""
    newest = draft.get_latest_revision()
    return f"{draft.pk}:{newest.pk}:{newest.created_at.isoformat()}" if newest else ""


class CampaignForm(PageForm):
    """The form of a page and, as `letter`, the form of its own petition.

    `letter` is None where the petition is edited with another page or locked, or where the user may
    not edit it. If the fields of the petition are missing from the submitted form, the petition
    stays as it is.
    """

    def __init__(self, data: Any = None, files: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, files, *args, **kwargs)
        self.own = self.instance.own_petition
        self.letter = self.bind_letter()
        self.takes_letter = False
        if self.letter:
            self.instance.shows_petition = self.letter.is_bound or not self.is_bound
            self.before = self.letter.instance.title, self.letter.instance.go_live_at
            # The field is for a petition other than the page's own; if it is empty, the page has
            # its own.
            self.initial["petition"] = None
            self.fields["petition"].required = False
            self.fields["petition"].help_text = _(
                "Only if several pages carry the same petition, which then has a single count. "
                "Leave this empty, and the page has a petition of its own, which you write here."
            )

    def bind_letter(self) -> Any:
        draft = self.draft_of_letter()
        if draft is None:
            return None
        sent = self.data if self.is_bound and SHOWN in self.data else None
        files = None if sent is None else self.files
        form_class = letter_editor().get_form_class()
        earlier = self.instance.earlier_petition
        # Submitted data is compared with the newest draft, which it will replace.
        edited = draft if sent is not None or earlier is None else earlier
        letter = form_class(sent, files, instance=edited, prefix=PREFIX, for_user=self.for_user)
        if draft.pk is None or (earlier or draft).title == self.instance.title:
            del letter.fields["title"]
        return letter

    def draft_of_letter(self) -> Petition | None:
        """Return the newest draft of the petition that the form edits; None if it edits none."""
        if self.for_user is None or (self.instance.petition and not self.own):
            return None
        if self.own is None:
            if not collections_for(self.for_user, "add").exists():
                return None
            new = Petition()
            new.begin_in(self.locale)
            # Needed for the preview; the page removes them when it stores the petition.
            new.tally = Tally(petition=new, translation_key=new.translation_key)
            new.versions = []
            return new
        return draft_for(self.for_user, self.own)

    @property
    def locale(self) -> Locale:
        around = self.parent_page if self.parent_page is not None else self.instance
        return self.instance.locale if self.instance.locale_id else around.locale

    @property
    def shown(self) -> str:
        """The value of the hidden field for the petition."""
        return stamp(self.letter.instance)

    @property
    def writes_letter(self) -> bool:
        """Whether fields were sent for the petition of this page."""
        return self.letter is not None and self.letter.is_bound

    def clean(self) -> dict[str, Any]:
        """Require a petition, and reject another one whose language is not the page's.

        The form on the page would be half in one language and half in the other. What a translation
        has of its original is looked at when it is published (`page_guard`).
        """
        data = super().clean()
        chosen = data.get("petition")
        known = self.instance.petition_id
        if chosen and chosen.pk != known and chosen.locale_id != self.locale.pk:
            text = _(
                "This petition is in another language (%(language)s) than the page. Choose one in "
                "the language of the page. In the story, the block “Petition” can show this one."
            )
            self.add_error("petition", text % {"language": chosen.locale.get_display_name()})
        is_named = data.get("petition") or self.own or self.writes_letter
        if not (is_named or self.is_deferred_validation or "petition" in self.errors):
            self.add_error("petition", _("This field is required."))
        return data

    def _post_clean(self) -> None:
        """Put the petition on the page, as the user typed it; Django calls this after `clean`."""
        super()._post_clean()
        chosen = self.cleaned_data.get("petition")
        if chosen and chosen != self.own:
            return  # The petition's fields are not saved if another petition was chosen.
        self.instance.petition = self.own
        if self.writes_letter:
            self.read_letter()

    def read_letter(self) -> None:
        draft = self.letter.instance
        self.follow_page(draft)
        if not (draft.pk or self.letter_has_changed() or not self.is_deferred_validation):
            return  # Nothing of the petition was typed yet.
        self.takes_letter = True
        if self.is_stale(draft):
            self.letter.add_error(
                None,
                _(
                    "The petition was changed by somebody else, or in its own form, after you "
                    "opened this form. Save again to replace those changes with what this form "
                    "shows, or reload the page to see them."
                ),
            )
        self.letter.is_valid()
        draft.settle_names()
        self.instance.petition = draft
        if self.letter_has_changed() or draft.pk is None:
            self.instance.composed = draft

    def is_stale(self, draft: Petition) -> bool:
        """Return whether saving would overwrite changes that the form has not shown.

        Changes that the same person saved with this page are ignored, since the answer to an
        autosave may still be on its way to the open form. If the petition has closed meanwhile, the
        form is always stale: saving would reopen it.
        """
        newest = draft.get_latest_revision()
        if newest is None or self.data[SHOWN] == stamp(draft):
            return False
        is_theirs = self.for_user is not None and newest.user_id == self.for_user.pk
        is_theirs = is_theirs and self.instance.is_saved_with(newest)
        return not is_theirs or (self.own is not None and self.own.state == State.CLOSED)

    def follow_page(self, draft: Petition) -> None:
        """Copy title and time of publication from the page, where they are typed."""
        draft.go_live_at = self.instance.go_live_at
        if "title" in self.letter.fields:
            return
        title = self.cleaned_data.get("title", "")
        if len(title) > (TITLE.max_length or 0):
            text = _(
                "This title is also the title of the page’s petition, which may have %(number)s "
                "characters at most."
            )
            self.add_error("title", text % {"number": TITLE.max_length})
            return
        if not draft.first_published_at and draft.slug.startswith(slug_of(draft.title)):
            draft.slug = ""  # A new slug is made from the title.
        draft.title = title

    def letter_has_changed(self) -> bool:
        draft = self.letter.instance
        # The browser preselects the first collection, which is no change.
        if draft.pk is None:
            return bool({*self.letter.changed_data} - {"collection"})
        return bool(self.letter.has_changed()) or self.before != (draft.title, draft.go_live_at)

    @cached_property
    def changed_data(self) -> list[str]:
        """Leave out the petition field if its value is the page's own petition.

        That value stands for an empty field.
        """
        changed: list[str] = super().changed_data
        sent = self.data.get(self.add_prefix("petition"))
        if self.letter and self.own and sent == str(self.own.pk):
            return [name for name in changed if name != "petition"]
        return changed

    def has_changed(self) -> bool:
        return super().has_changed() or (self.writes_letter and self.letter_has_changed())

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()
        return valid and (not self.takes_letter or self.letter.is_valid())

    def defer_required_fields(self) -> None:
        super().defer_required_fields()
        if self.letter:
            self.letter.defer_required_fields()

    def restore_required_fields(self) -> None:
        super().restore_required_fields()
        if self.letter:
            self.letter.restore_required_fields()

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """After an autosave, report to the open form which revision of the petition it shows."""
        updates: list[tuple[str, str]] = super().get_field_updates_for_resave()
        if self.writes_letter and self.instance.petition:
            updates.append((SHOWN, stamp(self.letter.instance)))
        return updates

    @property
    def media(self) -> forms.Media:
        return super().media + self.letter.media if self.letter else super().media


def slug_of(title: str) -> str:
    return slugify(anyascii(title))[:70] or "petition"
