"""Topics in the CMS, under Snippets."""

from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from campaigns.pages.topics import Topic
from campaigns.workflow.seen_forms import SeenForm


class TopicForm(SeenForm, WagtailAdminModelForm):
    """The form of a topic."""


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    copy_view_enabled = False
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = ["__str__", "slug"]
    edit_handler = ObjectList(Topic.panels, base_form_class=TopicForm)
