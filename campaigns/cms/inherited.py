"""Asks before something is saved that signed petitions inherit: default texts, or the name.

The question names the petitions and asks for the reason, which then stands on their pages. The
input goes along in hidden fields, so that nothing is typed twice and nothing is saved before.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import CreateView, EditView

from campaigns.cms.permissions import StaffRequest
from campaigns.cms.petitions.changes import ReasonForm
from campaigns.cms.screens import Button, QuestionView
from campaigns.petitions import translating
from campaigns.petitions.petition import Petition
from campaigns.petitions.signed import renewing
from campaigns.petitions.signed.changes import Change
from campaigns.petitions.texts import DefaultTexts, organisation_name
from campaigns.petitions.versions import Reason

Touched = list[tuple[Petition, Change]]
OUR_FIELDS = ("csrfmiddlewaretoken", "reason", "is_slip")


class InheritedQuestionView(QuestionView):
    """Shows what changes and in which petitions; the answer goes to the form's own URL."""

    touched: Touched = []
    form_class = ReasonForm
    template_name = "campaigns/cms/inherited_change.html"
    header_icon = "openquote"
    page_title = _("Change what people have signed")
    heading = _("This stands in petitions that people have signed")
    decline = _("Back, and leave it as it is")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, or ask again where the answer is not complete; the caller has saved nothing."""
        form = self.get_form()
        return self.ask_again(form, status=422 if form.is_bound else 200)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The arguments of the form, for Django's FormView."""
        return form_arguments(self.request, self.touched)

    def buttons(self) -> list[Button]:
        return [Button(_("Save and make new versions"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context for Wagtail's template and ours."""
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
    """The answer, where there is one, and whether all changes may be called a slip."""
    may_be_slip = all(petition.is_slip for petition, _change in touched)
    data = request.POST if "reason" in request.POST else None
    return {"data": data, "may_be_slip": may_be_slip}


def answer(request: HttpRequest, touched: Touched) -> Reason | None:
    """The reason that was given; None while there is none."""
    form = ReasonForm(**form_arguments(request, touched))
    if not form.is_valid():
        return None
    return Reason(form.cleaned_data["reason"], form.cleaned_data["is_slip"])


def ask(request: HttpRequest, touched: Touched, *, back_label: str) -> HttpResponseBase:
    view = InheritedQuestionView.as_view(
        touched=touched, back_url=request.path, back_label=back_label
    )
    return view(request)


class AskedFirst:
    """A mixin for the views of default texts: asks where signed petitions inherit a change."""

    request: StaffRequest
    object: DefaultTexts | None

    def form_valid(self, form: "ModelForm[DefaultTexts]") -> HttpResponseBase:
        """Wagtail calls this for valid input, and saves it in `super().form_valid`."""
        return self.save_and_renew(form.instance, partial(super().form_valid, form))

    def save_and_renew(
        self, texts: DefaultTexts, save: Callable[[], HttpResponseBase]
    ) -> HttpResponseBase:
        touched = renewing.touched_by_texts(texts)
        reason = answer(self.request, touched) if touched else None
        if touched and not reason:
            return ask(self.request, touched, back_label=str(texts))
        with transaction.atomic():
            response = save()
            renewing.renew(by=self.request.user, reason=reason)
        return response


class DefaultTextsCreateView(AskedFirst, CreateView):
    pass


class DefaultTextsEditView(AskedFirst, EditView):
    object: DefaultTexts

    def run_before_hook(self) -> HttpResponseBase | None:
        """Let wagtail-localize act, which edits and publishes translations in this hook."""
        publishes = self.request.POST.get("action") == "publish"
        translation = translating.translation_of(self.object) if publishes else None
        if translation is None:
            return super().run_before_hook()
        texts: DefaultTexts = translation.source.get_ephemeral_translated_instance(
            translation.target_locale, fallback=True
        )
        texts.clean()
        return self.save_and_renew(texts, super().run_before_hook)


def ask_before_renaming(request: StaffRequest, name: str) -> HttpResponseBase | None:
    """The question before the organisation gets another name; None where nothing is to be asked."""
    if request.method != "POST" or not name or name == organisation_name():
        return None
    touched = renewing.touched_by_name(name)
    if not touched or answer(request, touched):
        return None
    return ask(request, touched, back_label=organisation_name())


def renew_after_renaming(request: StaffRequest, name: str) -> None:
    """Make the versions with the new name, for the reason that was given."""
    touched = renewing.touched_by_name(name)
    renewing.renew(by=request.user, reason=answer(request, touched) if touched else None)
