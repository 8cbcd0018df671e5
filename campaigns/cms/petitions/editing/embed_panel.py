"""The panel that shows editors how another site can embed a petition."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from campaigns.petitions.petition import Petition
from campaigns.sharing import embedding


class EmbedPanel(Panel):
    """The HTML and the settings that another site copies to embed the petition."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"heading": _("Code to copy into another site"), "icon": "code"} | kwargs
        )

    class BoundPanel(Panel.BoundPanel):
        template_name = "campaigns/cms/embed.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            published = Petition.objects.filter(pk=self.instance.pk, live=True).first()
            if published is None or not embedding.is_offered(published):
                return context
            return {
                **context,
                "petition": published,
                "frame": embedding.frame_html(published),
                "wordpress": embedding.wordpress_line(),
                "wagtail": embedding.wagtail_finder(),
            }
