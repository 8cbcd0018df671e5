"""Register all hooks, snippets and permission policies of the campaigns app with Wagtail.

The permission policies come first: once Wagtail has looked one up, it accepts no more.
"""

from django.db.models import EmailField, PositiveIntegerField, PositiveSmallIntegerField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.permissions import register_permission_policy
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from campaigns import dates
from campaigns.blocks import comparing
from campaigns.blocks.links import DocumentLinks, PageLinks
from campaigns.cms import (
    drafts,
    files,
    first_steps,
    guide,
    history,
    packing,
    pasting,
)
from campaigns.cms.bulk import files as bulk_files
from campaigns.cms.bulk import views as bulk_views
from campaigns.cms.finding import counts, saved_views, signature_notes
from campaigns.cms.handover import appeals, contacts
from campaigns.cms.imports import last_screens as imports
from campaigns.cms.imports import redirects
from campaigns.cms.jobs import home as jobs_at_home
from campaigns.cms.jobs import listing as jobs
from campaigns.cms.jobs import views as job_views
from campaigns.cms.mailings import from_updates, leading_here
from campaigns.cms.mailings import home as mailings_at_home
from campaigns.cms.mailings import showing as mailing_views
from campaigns.cms.mailings import stopping as mailing_stop
from campaigns.cms.mailings.rights import mailing_policy
from campaigns.cms.mailings.writing import MailingViewSet
from campaigns.cms.new_campaign import views as beginning
from campaigns.cms.pages import (
    campaign_panels,
    explorer,
    notes,
    placing,
    preview_links,
    publishing,
)
from campaigns.cms.pages import comments as page_comments
from campaigns.cms.pages.approval import name_change_requests, put_next_step_first
from campaigns.cms.pages.topics import TopicViewSet
from campaigns.cms.people import answers, lookup, receipts
from campaigns.cms.permissions import (
    GroupPetitionPermissions,
    petition_policy,
    signature_policy,
)
from campaigns.cms.petitions import actions, asking, bulk, ledger, listing
from campaigns.cms.petitions.viewset import PetitionViewSet, offer_publishing
from campaigns.cms.presets import choosing, using
from campaigns.cms.presets import saving as presets
from campaigns.cms.signatures import (
    assisting,
    comments,
    export_history,
    moderating,
    queue,
)
from campaigns.cms.signatures.admin import SignatureAdmin
from campaigns.cms.signatures.block_lists import ListEntryViewSet
from campaigns.cms.statistics import account, alarms, home
from campaigns.cms.statistics import views as statistics
from campaigns.cms.sync import showing as receiver_views
from campaigns.cms.sync.editing import ReceiverViewSet
from campaigns.cms.sync.rights import receiver_policy
from campaigns.cms.translations import (
    deleted_choices,
    languages,
    newer_originals,
    restarting,
    sending,
    staying_public,
    submitting,
    translating,
)
from campaigns.cms.translations import home as translations_at_home
from campaigns.exports import reports
from campaigns.mailings.mailing import Mailing
from campaigns.paragraphs import LinesTextField, ParagraphsField
from campaigns.petitions.petition import Petition
from campaigns.public import downloads
from campaigns.signatures.signature import Signature
from campaigns.signing.fields import EmailTextInput, NumberField
from campaigns.sync.receiver import Receiver

page_comments.register()
comparing.register()
dates.register()
packing.register()
redirects.register()
reports.register()
for field in (ParagraphsField, LinesTextField):
    register_form_field_override(field, override={"widget": AdminAutoHeightTextInput})
for number in (PositiveIntegerField, PositiveSmallIntegerField):
    register_form_field_override(number, override={"form_class": NumberField})
register_form_field_override(EmailField, override={"widget": EmailTextInput({})})

register_permission_policy(Petition, petition_policy)
register_permission_policy(Signature, signature_policy)
register_permission_policy(Mailing, mailing_policy)
register_permission_policy(Receiver, receiver_policy)
files.register()
sending.register()

register_snippet(PetitionViewSet)
# wagtail-localize reads the order and the tabs for its own editor from this attribute.
Petition.edit_handler = PetitionViewSet.edit_handler  # type: ignore[attr-defined]
campaign_panels.register()
deleted_choices.register()
languages.register()
newer_originals.register()
modeladmin_register(SignatureAdmin)
for viewset in (ListEntryViewSet, TopicViewSet, contacts.ContactViewSet, appeals.AppealViewSet):
    register_snippet(viewset)

# The modules with views of their own, and those with log actions of their own.
SCREENS = (
    *(alarms, answers, assisting, beginning, bulk_views, choosing, comments, counts),
    *(export_history, first_steps, from_updates, guide, job_views, lookup, mailing_views),
    *(moderating, signature_notes, presets, preview_links, publishing, queue, receipts),
    *(mailing_stop, receiver_views, saved_views, statistics, using),
)
LOGGED = (
    *(actions, history, assisting, imports, ledger, signature_notes, answers, bulk_views),
    *(receiver_views, mailing_views, preview_links, appeals, contacts),
)
for screen in SCREENS:
    hooks.register("register_admin_urls", screen.urls)
for logged in LOGGED:
    hooks.register("register_log_actions", logged.register_log_actions)
# After Wagtail's own texts.
hooks.register("register_log_actions", name_change_requests, order=1)

hooks.register("construct_homepage_panels", asking.show_requests)
hooks.register("construct_homepage_panels", queue.show_quarantine)
hooks.register("construct_homepage_panels", alarms.offer)
hooks.register("construct_homepage_panels", beginning.offer)
hooks.register("construct_homepage_panels", home.offer)
hooks.register("construct_homepage_panels", first_steps.offer)
hooks.register("construct_homepage_panels", drafts.offer)
hooks.register("construct_homepage_panels", jobs_at_home.offer)
hooks.register("construct_homepage_panels", mailings_at_home.offer)
hooks.register("construct_homepage_panels", comments.offer)
hooks.register("construct_homepage_panels", translations_at_home.offer)
# After the hooks that add the numbers of pages, images and documents.
hooks.register("construct_homepage_summary_items", drafts.leave_out_numbers, order=1000)
hooks.register("register_account_settings_panel", account.MailChoicePanel)
hooks.register("register_page_header_buttons", from_updates.header_button)
hooks.register("register_page_header_buttons", preview_links.header_button)
hooks.register("register_admin_menu_item", statistics.StatisticsMenuItem)
hooks.register("register_admin_menu_item", lookup.PeopleMenuItem)
hooks.register("register_admin_menu_item", queue.QuarantineMenuItem)
hooks.register("register_admin_menu_item", comments.CommentsMenuItem)
hooks.register("register_admin_menu_item", jobs.JobsMenuItem)
hooks.register("register_reports_menu_item", export_history.ExportsMenuItem)
hooks.register("register_help_menu_item", guide.GuideMenuItem)
hooks.register("construct_help_menu", guide.put_in_order)
hooks.register("construct_snippet_action_menu", offer_publishing)
hooks.register("construct_page_action_menu", sending.remove_alias_item)
hooks.register("construct_page_action_menu", put_next_step_first)
hooks.register("construct_snippet_action_menu", put_next_step_first)
hooks.register("construct_admin_api", explorer.read_pages_only)
hooks.register("construct_admin_api", files.read_own, order=1)  # after Wagtail's own
hooks.register("after_copy_page", explorer.copy_petitions)
hooks.register("before_delete_page", explorer.refuse_deleting)
hooks.register("before_delete_page", explorer.tell_of_petitions)
hooks.register("before_delete_page", staying_public.tell_of_deleted)
hooks.register("before_delete_page", leading_here.tell_of_deleted)
hooks.register("before_delete_snippet", contacts.tell_of_emails)
hooks.register("before_unpublish_page", explorer.tell_of_unpublished)
hooks.register("before_unpublish_page", staying_public.tell_of_unpublished)
hooks.register("before_unpublish_page", leading_here.tell_of_unpublished)
hooks.register("before_serve_document", downloads.withhold)
hooks.register("before_publish_page", publishing.ask_before_publishing)
hooks.register("before_bulk_action", publishing.refuse_bulk_publishing)
hooks.register("before_bulk_action", explorer.before_bulk_action)
hooks.register("before_bulk_action", staying_public.tell_of_several)
hooks.register("before_bulk_action", leading_here.tell_of_several)
hooks.register("before_copy_page", placing.before_copying)
hooks.register("before_move_page", placing.before_moving)
hooks.register("before_bulk_action", placing.before_bulk_action)
hooks.register("before_bulk_action", appeals.refuse_bulk_deleting)
# Before the URLs and hooks of wagtail-localize.
hooks.register("register_admin_urls", translating.urls, order=-1)
hooks.register("before_edit_snippet", submitting.refuse_changed, order=-1)
hooks.register("before_edit_page", submitting.refuse_changed, order=-1)
hooks.register("before_edit_snippet", translating.before_editing_petition, order=-1)
hooks.register("before_edit_page", translating.before_editing_page, order=-1)
hooks.register("before_edit_snippet", submitting.before_editing, order=-1)
hooks.register("before_edit_page", submitting.before_editing, order=-1)
hooks.register("before_edit_snippet", restarting.warn, order=-1)
hooks.register("before_edit_page", restarting.warn, order=-1)
hooks.register("before_edit_snippet", newer_originals.tell, order=-1)
hooks.register("before_edit_page", newer_originals.tell, order=-1)
# After the hooks of wagtail-localize; for a translation `submitting.before_editing` shows the same.
hooks.register("before_edit_snippet", notes.tell, order=1)
hooks.register("before_edit_page", notes.tell, order=1)
# After Wagtail's bulk actions, which these replace.
for bulk_action in (bulk.NoBulkDelete, *bulk_files.actions()):
    hooks.register("register_bulk_action", bulk_action, order=1)


@hooks.register("register_group_permission_panel")
def petition_permissions() -> type:
    return GroupPetitionPermissions


# After Wagtail's own button, which it extends.
hooks.register("register_rich_text_features", pasting.read_pasted_lists, order=10)
# Wagtail refuses to delete a collection that is not empty; with this hook, petitions count.
hooks.register("describe_collection_contents", listing.collection_contents)


# After Wagtail's own link types, which these replace.
@hooks.register("register_rich_text_features", order=10)
def safe_links(features: FeatureRegistry) -> None:
    features.register_link_type(PageLinks)
    features.register_link_type(DocumentLinks)


@hooks.register("register_icons")
def icons(icons: list[str]) -> list[str]:
    """Add the icon that Wagtail names in its messages of the level “info”, and does not have."""
    return [*icons, "campaigns/cms/info_icon.svg"]


@hooks.register("insert_global_admin_css")
def style() -> str:
    names = ("cms", "cms-exports", "cms-finding", "cms-guide", "cms-layout", "cms-signing-in")
    sheets = [(static(f"css/{name}.css"),) for name in names]
    return format_html_join("", '<link rel="stylesheet" href="{}">', sheets)


@hooks.register("insert_global_admin_js")
def scripts_of_the_cms() -> str:
    names = ("paragraphs", "numbers", "field-errors", "focus")
    modules = [(static(f"js/{name}.js"),) for name in names]
    others = format_html_join("", '<script src="{}" type="module"></script>', modules)
    return format_html('<script src="{}"></script>{}', static("js/dates.js"), others)


@hooks.register("insert_editor_js")
def scripts_of_editors() -> str:
    return format_html_join(
        "",
        '<script src="{}" type="module"></script>',
        [
            (static(f"js/{name}.js"),)
            for name in ("typing", "acting", "translating", "demands", "checks")
        ],
    )


@hooks.register("insert_global_admin_js")
def unsaved_texts() -> str:
    """Render what the script shows above a form; it also runs on the login page."""
    shown = render_to_string("campaigns/cms/unsaved.html")
    script = format_html('<script src="{}" type="module"></script>', static("js/signed-out.js"))
    return format_html("{}{}", shown, script)


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    own = explorer.CampaignPageViewSet(), MailingViewSet(), ReceiverViewSet()
    return [*own, *explorer.viewsets()]
