"""Topics in the CMS, under Snippets."""

from wagtail.snippets.views.snippets import SnippetViewSet

from campaigns.pages.topics import Topic


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    copy_view_enabled = False
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = ["__str__", "slug"]
