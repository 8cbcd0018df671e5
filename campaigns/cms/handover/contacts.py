"""The contacts of targets in the CMS, under Snippets."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm, modelform_factory
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.log_actions import LogActionRegistry, log
from wagtail.snippets.views.chooser import SnippetChooserViewSet, SnippetCreateView
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from campaigns.blocks.choosers import SnippetChooser
from campaigns.cms.permissions import StaffRequest
from campaigns.contacts.contact import Contact
from campaigns.forwarding import stopping
from campaigns.petitions.tally import StopReason
from campaigns.signing.fields import EmailTextInput
from campaigns.workflow.seen_forms import SeenForm

FIELDS = ["name", "role", "email", "postal_address", "language"]
STOPS = _(
    "Signatures are emailed to %s. If you delete this contact, the emails to all targets of these "
    "petitions stop until somebody starts them again."
)
WOULD_STOP = _(
    "Signatures are emailed to the targets of petitions that name this contact. If you change the "
    "email address, these emails stop until somebody starts them again."
)
HAVE_STOPPED = _(
    "The email address of %s has changed. So the emails to all targets of petitions that name this "
    "contact have stopped, until somebody starts them again."
)


class ContactCreateView(SnippetCreateView):
    """Wagtail's view, which by itself logs no contact that is created in the chooser."""

    request: StaffRequest

    def save_form(self, form: ModelForm[Any]) -> Contact:
        with transaction.atomic():
            contact: Contact = super().save_form(form)
            log(contact, "wagtail.create", user=self.request.user)
        return contact


class ContactChooser(SnippetChooser):
    """The button of a field that chooses a contact."""

    model = Contact
    icon = "mail"
    choose_one_text = _("Choose a contact")
    choose_another_text = _("Choose another contact")
    link_to_chosen_text = _("Edit this contact")


class ContactChooserViewSet(SnippetChooserViewSet):
    """A chooser that also creates a contact without leaving the petition."""

    base_widget_class = ContactChooser
    create_view_class = ContactCreateView
    creation_form_class = modelform_factory(
        Contact, fields=FIELDS, widgets={"email": EmailTextInput({})}
    )
    search_tab_label = _("Search")  # Wagtail's own stays in the language of the server.
    creation_tab_label = _("New contact")
    page_title = _("Choose")
    choose_one_text = ContactChooser.choose_one_text
    choose_another_text = ContactChooser.choose_another_text
    edit_item_text = ContactChooser.link_to_chosen_text


class ContactForm(SeenForm, WagtailAdminModelForm):
    """The form of a contact."""


class ContactEditView(EditView):
    """Wagtail's view, which also stops emails to a contact whose email address changes."""

    def get_form(self, form_class: type[ModelForm[Any]] | None = None) -> ModelForm[Any]:
        form: ModelForm[Any] = super().get_form(form_class)
        if stopping.forwarded_to(self.object):
            form.fields["email"].help_text = WOULD_STOP
        return form

    def save_instance(self) -> Contact:
        with transaction.atomic():
            contact: Contact = super().save_instance()
            if "email" in self.form.changed_data:
                log(contact, "contact.email_changed", user=self.request.user)
                if stopping.forwarded_to(contact):
                    messages.warning(self.request, HAVE_STOPPED % contact)
                stopping.stop_for(contact, StopReason.CHANGED, by=self.request.user)
        return contact


def tell_of_emails(request: StaffRequest, chosen: Iterable[Model]) -> None:
    """Say that emails stop when the question is shown whether to delete one contact or several.

    For the `before_delete_snippet` hook, which is called for all snippets.
    """
    if request.method == "POST":
        return
    for each in chosen:
        if isinstance(each, Contact) and each.email and stopping.forwarded_to(each):
            messages.warning(request, STOPS % each)


class ContactViewSet(SnippetViewSet):
    """All views of contacts; a petition chooses one for each of its targets."""

    model = Contact
    icon = "mail"
    copy_view_enabled = False
    edit_view_class = ContactEditView
    chooser_viewset_class = ContactChooserViewSet
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = ["__str__", "email", "language"]
    search_fields = ["name", "role", "email"]
    edit_handler = ObjectList(
        [
            HelpPanel(
                _(
                    "The email address and the postal address are for us alone: the public never "
                    "sees them. The name and the office are copied into a petition when you choose "
                    "the contact there. A change here changes no petition, since people have "
                    "signed the text of the petition."
                )
            ),
            *map(FieldPanel, FIELDS),
        ],
        base_form_class=ContactForm,
    )


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the log action, which names no email address."""
    actions.register_action(
        "contact.email_changed", _("Change the email address"), _("Email address changed")
    )
