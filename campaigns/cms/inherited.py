"""Ask before changing or deleting default texts, or a name, that signed petitions inherit.

The question names the petitions and asks for the reason, which is then shown on their pages. Hidden
fields carry the input along, so that nothing is typed twice, and nothing is saved before the
answer.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.models import Site
from wagtail.sites import views as sites
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView

from campaigns.cms.permissions import StaffRequest
from campaigns.cms.petitions.changes import ReasonForm
from campaigns.cms.screens import Button, QuestionView
from campaigns.cms.translations import synchronising
from campaigns.paragraphs import Text
from campaigns.petitions import translating
from campaigns.petitions.petition import Petition
from campaigns.petitions.signed_versions import renewing
from campaigns.petitions.signed_versions.changes import Change
from campaigns.petitions.signed_versions.passed_on_reasons import Reason
from campaigns.petitions.texts import (
    DEFAULTS,
    DefaultTexts,
    default_text,
    organisation_name,
    stored_name,
)
from home.one_site import FirstSite
from home.previewed import InItsLanguage

Touched = list[tuple[Petition, Change]]
SAVE, DELETE = _("Save and create new versions"), _("Delete and create new versions")
OUR_FIELDS = ("csrfmiddlewaretoken", "reason", "is_small_mistake")


class InheritedQuestionView(QuestionView):
    """Show what changes and in which petitions; the answer is sent to the form's own URL."""

    touched: Touched = []
    button: Text = SAVE
    form_class = ReasonForm
    template_name = "campaigns/cms/inherited_change.html"
    header_icon = "openquote"
    page_title = _("Change what people have signed")
    heading = _("This text is part of petitions that people have signed")
    decline = _("Back, and leave it as it is")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, or ask again where the answer is not complete; the caller has saved nothing."""
        form = self.get_form()
        return self.ask_again(form, status=422 if form.is_bound else 200)

    def get_form_kwargs(self) -> dict[str, Any]:
        return form_arguments(self.request, self.touched)

    def buttons(self) -> list[Button]:
        return [Button(self.button, style="serious" if self.button is DELETE else "")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = [
            (name, value)
            for name, values in self.request.POST.lists()
            for value in values
            if name not in OUR_FIELDS
        ]
        return {
            **super().get_context_data(**kwargs),
            "typed": typed,
            "change": self.touched[0][1],
            "petitions": [(petition, change.before.signed) for petition, change in self.touched],
        }


def form_arguments(request: HttpRequest, touched: Touched) -> dict[str, Any]:
    """Return the answer, if there is one, and whether all changes may be small mistakes."""
    may_be_small_mistake = all(petition.is_small_mistake for petition, _change in touched)
    data = request.POST if "reason" in request.POST else None
    return {"data": data, "may_be_small_mistake": may_be_small_mistake}


def answer(request: HttpRequest, touched: Touched) -> Reason | None:
    """Return the reason that was given; None while there is none."""
    form = ReasonForm(**form_arguments(request, touched))
    if not form.is_valid():
        return None
    return Reason(form.cleaned_data["reason"], form.cleaned_data["is_small_mistake"])


def saved_when_answered(
    request: StaffRequest,
    touched: Touched,
    save: Callable[[], HttpResponseBase],
    *,
    about: str,
    button: Text = SAVE,
) -> HttpResponseBase:
    """Save what signed petitions inherit, and make their versions; or ask for the reason first."""
    reason = answer(request, touched) if touched else None
    if touched and not reason:
        return ask(request, touched, back_label=about, button=button)
    with transaction.atomic():
        response = save()
        renewing.renew(by=request.user, reason=reason)
    return response


def ask(
    request: HttpRequest, touched: Touched, *, back_label: str, button: Text = SAVE
) -> HttpResponseBase:
    view = InheritedQuestionView.as_view(
        touched=touched, button=button, back_url=request.path, back_label=back_label
    )
    return view(request)


class AskedFirst:
    """A mixin for the views of default texts: ask if signed petitions inherit the change."""

    request: StaffRequest

    def get_form(self, form_class: Any = None) -> "ModelForm[DefaultTexts]":
        """Return Wagtail's form, with the software's texts as placeholders of empty fields."""
        form: ModelForm[DefaultTexts] = super().get_form(form_class)
        language = form.instance.locale.language_code
        for name in form.fields.keys() & DEFAULTS.keys():
            form.fields[name].widget.attrs["placeholder"] = default_text(name, language)
        return form

    def form_valid(self, form: "ModelForm[DefaultTexts]") -> HttpResponseBase:
        """Save valid input, after the question if one is needed.

        `super().form_valid` is where Wagtail saves.
        """
        return self.save(form.instance, partial(super().form_valid, form))

    def save(self, texts: DefaultTexts, save: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        touched = renewing.touched_by_texts(texts)
        return saved_when_answered(self.request, touched, save, about=str(texts))


class DefaultTextsCreateView(InItsLanguage, AskedFirst, CreateView):
    pass


class DefaultTextsEditView(AskedFirst, EditView):
    object: DefaultTexts

    def run_before_hook(self) -> HttpResponseBase | None:
        """Ask before wagtail-localize publishes a translation, which it does in this hook."""
        publishes = self.request.POST.get("action") == "publish"
        translation = translating.translation_of(self.object) if publishes else None
        if translation is None:
            return super().run_before_hook()
        texts = synchronising.newest_texts(translation)
        return self.save(texts, super().run_before_hook)


class DefaultTextsDeleteView(DeleteView):
    request: StaffRequest
    object: DefaultTexts

    def form_valid(self, form: Form) -> HttpResponseBase:
        """Delete the texts; petitions then use the texts that come with the software."""
        touched = renewing.touched_by_texts(DefaultTexts(locale=self.object.locale))
        delete = partial(super().form_valid, form)
        return saved_when_answered(
            self.request, touched, delete, about=str(self.object), button=DELETE
        )


def refuse_bulk_deleting(
    request: HttpRequest, action: str, chosen: list[Model], view: Any
) -> HttpResponse | None:
    """Refuse to delete several default texts at once, which would skip the question.

    For the `before_bulk_action` hook.
    """
    if action != "delete" or not any(isinstance(each, DefaultTexts) for each in chosen):
        return None
    messages.warning(request, _("Nothing was deleted. Please delete default texts one by one."))
    return redirect(view.next_url)


def touched_by_name(name: str) -> Touched:
    return [] if name == stored_name() else renewing.touched_by_name(name)


class NamesOrganisation:
    """A mixin for the views of sites: ask before the default site gets another name."""

    request: StaffRequest

    def form_valid(self, form: "ModelForm[Site]") -> HttpResponseBase:
        """Save valid input, after the question if one is needed.

        `super().form_valid` is where Wagtail saves.
        """
        was_default = form.initial.get("is_default_site")
        touched: Touched = []
        if form.instance.is_default_site or was_default:
            touched = touched_by_name(name_of(form.instance))
        save = partial(super().form_valid, form)
        return saved_when_answered(self.request, touched, save, about=str(form.instance))


class SiteCreateView(NamesOrganisation, FirstSite):
    pass


class SiteEditView(NamesOrganisation, sites.EditView):
    pass


class SiteDeleteView(sites.DeleteView):
    """Ask before the organisation loses the name of the default site."""

    request: StaffRequest

    def form_valid(self, form: Form) -> HttpResponseBase:
        """Delete the site, after the question; Wagtail does so in `super().form_valid`."""
        is_default = self.object.is_default_site
        touched = touched_by_name(settings.WAGTAIL_SITE_NAME) if is_default else []
        delete = partial(super().form_valid, form)
        return saved_when_answered(
            self.request, touched, delete, about=str(self.object), button=DELETE
        )


def name_of(site: Site) -> str:
    """Return the organisation's name, if there is no other default site."""
    return (site.is_default_site and site.site_name) or settings.WAGTAIL_SITE_NAME


def register() -> None:
    """Replace Wagtail's views of sites."""
    sites.SiteViewSet.add_view_class = SiteCreateView
    sites.SiteViewSet.copy_view_enabled = False  # there can be only one
    sites.SiteViewSet.edit_view_class = SiteEditView
    sites.SiteViewSet.delete_view_class = SiteDeleteView


def ask_before_renaming(request: StaffRequest, name: str) -> HttpResponseBase | None:
    """Return the question before the organisation is renamed; None where there is none to ask."""
    if request.method != "POST" or not name:
        return None
    touched = touched_by_name(name)
    if not touched or answer(request, touched):
        return None
    return ask(request, touched, back_label=organisation_name())


def renew_after_renaming(request: StaffRequest, name: str) -> None:
    """Make the versions with the new name, for the reason that was given."""
    touched = renewing.touched_by_name(name)
    renewing.renew(by=request.user, reason=answer(request, touched) if touched else None)
