"""Register the default texts and the navigation as snippets, the checks and the style guide."""

from typing import TypeGuard

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Locale, TranslatableMixin
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, PreviewOnCreateView, SnippetViewSet

from campaigns.cms import inherited
from campaigns.cms.permissions import StaffRequest
from campaigns.petitions.texts import DefaultTexts
from campaigns.sharing.appearance import Appearance
from home.checklist import check_content
from home.models import Identity, Navigation
from home.previewed import InItsLanguage


class PreviewOfNew(PreviewOnCreateView):
    """Wagtail's preview of a snippet that is not saved yet, in the language of its form."""

    model: type[TranslatableMixin]

    def get_object(self) -> TranslatableMixin:
        code = self.request.GET.get("locale", settings.LANGUAGE_CODE)
        return self.model(locale=get_object_or_404(Locale, language_code=code))


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


class NavigationViewSet(SnippetViewSet):
    model = Navigation
    icon = "list-ul"
    copy_view_enabled = False
    add_view_class = NavigationCreateView
    preview_on_add_view_class = PreviewOfNew
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = ["__str__"]


texts_viewset = DefaultTextsViewSet()
navigation_viewset = NavigationViewSet()
register_snippet(texts_viewset)
register_snippet(navigation_viewset)

inherited.register()

hooks.register("construct_wagtail_userbar", check_content)
hooks.register("before_bulk_action", inherited.refuse_bulk_deleting)


@hooks.register("site_appearance")
def site_appearance() -> Appearance:
    """Return the look of emails, cards and posters, for `campaigns.sharing.appearance`."""
    identities = Identity.objects.select_related("logo", "logo_on_dark", "sign_picture")
    identity = identities.filter(site__is_default_site=True).first()
    return (identity or Identity()).appearance


@hooks.register("before_create_snippet")
def lead_to_the_only_one(
    request: StaffRequest, model: type[TranslatableMixin]
) -> HttpResponseBase | None:
    """Lead to the default texts or the navigation that the language has already.

    What was typed into the form is not lost: `InItsLanguage` keeps it.
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


@hooks.register("before_edit_setting")
def ask_before_renaming(request: StaffRequest, setting: object) -> HttpResponseBase | None:
    if not names_organisation(setting):
        return None
    return inherited.ask_before_renaming(request, request.POST.get("name", "").strip())


@hooks.register("after_edit_setting")
def renew_after_renaming(request: StaffRequest, setting: object) -> None:
    if names_organisation(setting):
        inherited.renew_after_renaming(request, setting.name)


def names_organisation(setting: object) -> TypeGuard[Identity]:
    """Return whether this is the identity whose name appears in petitions."""
    return isinstance(setting, Identity) and setting.site.is_default_site


@hooks.register("register_help_menu_item")
def styleguide_item() -> MenuItem:
    return MenuItem(_("Design"), reverse("styleguide"), icon_name="view", order=900)
