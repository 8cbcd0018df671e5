"""The default texts and the navigation as snippets: one of each in a language."""

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.models import Locale, TranslatableMixin
from wagtail.snippets.views.snippets import CreateView, PreviewOnCreateView, SnippetViewSet

from campaigns.cms import inherited
from campaigns.cms.permissions import StaffRequest
from campaigns.petitions.texts import DefaultTexts
from campaigns.workflow.seen_forms import SeenForm
from home.models import Navigation
from home.previewed import InItsLanguage


class PreviewOfNew(PreviewOnCreateView):
    """Wagtail's preview of a snippet that is not saved yet, in the language of its form."""

    model: type[TranslatableMixin]

    def get_object(self) -> TranslatableMixin:
        # Wagtail's link to the preview in a tab of its own has “?mode=” behind the URL.
        code = self.request.GET.get("locale", settings.LANGUAGE_CODE).partition("?")[0]
        return self.model(locale=get_object_or_404(Locale, language_code=code))


class TextsForm(SeenForm, WagtailAdminModelForm):
    """The form of the default texts, and that of the navigation."""


class NavigationCreateView(InItsLanguage, CreateView):
    pass


class DefaultTextsViewSet(SnippetViewSet):
    model = DefaultTexts
    icon = "openquote"
    copy_view_enabled = False
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    add_view_class = inherited.DefaultTextsCreateView
    preview_on_add_view_class = PreviewOfNew
    edit_view_class = inherited.DefaultTextsEditView
    delete_view_class = inherited.DefaultTextsDeleteView
    list_display = ["__str__"]
    menu_label = _("Default texts")
    edit_handler = ObjectList(DefaultTexts.panels, base_form_class=TextsForm)


class NavigationViewSet(SnippetViewSet):
    model = Navigation
    icon = "list-ul"
    copy_view_enabled = False
    add_view_class = NavigationCreateView
    preview_on_add_view_class = PreviewOfNew
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = ["__str__"]
    edit_handler = ObjectList(Navigation.panels, base_form_class=TextsForm)


texts_viewset = DefaultTextsViewSet()
navigation_viewset = NavigationViewSet()


def lead_to_the_only_one(
    request: StaffRequest, model: type[TranslatableMixin]
) -> HttpResponseBase | None:
    """Lead to the default texts or the navigation that the language has already.

    What was typed into the form is not lost: `InItsLanguage` keeps it. For the
    `before_create_snippet` hook.
    """
    if request.method == "POST":
        return None
    viewset = {DefaultTexts: texts_viewset, Navigation: navigation_viewset}.get(model)
    code = request.GET.get("locale", settings.LANGUAGE_CODE)
    found = viewset and model._default_manager.filter(locale__language_code=code).first()
    if not (viewset and found):
        return None
    text = _("Nothing was added: each language has only one, and this is the one that there is.")
    messages.warning(request, text)
    return redirect(viewset.get_url_name("edit"), found.pk)
