"""The contacts of targets in the CMS, under Snippets."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from campaigns.contacts.contact import Contact

FIELDS = ["name", "role", "email", "postal_address", "language"]


class ContactChooserViewSet(SnippetChooserViewSet):
    """A chooser that also creates a contact without leaving the petition."""

    form_fields = FIELDS
    creation_tab_label = _("New contact")
    page_title = _("Choose")
    choose_one_text = _("Choose a contact")
    choose_another_text = _("Choose another contact")
    edit_item_text = _("Edit this contact")


class ContactViewSet(SnippetViewSet):
    """All views of contacts; a petition chooses one for each of its targets."""

    model = Contact
    icon = "mail"
    copy_view_enabled = False
    chooser_viewset_class = ContactChooserViewSet
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = ["__str__", "email", "language"]
    search_fields = ["name", "role", "email"]
    panels = [
        HelpPanel(
            _(
                "The email address and the postal address are for us alone: the public never sees "
                "them. The name and the office are copied into a petition when you choose the "
                "contact there. A change here changes no petition, since people have signed the "
                "text of the petition."
            )
        ),
        *map(FieldPanel, FIELDS),
    ]
