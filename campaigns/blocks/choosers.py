"""Choosers whose buttons are in the language of whoever reads them.

Wagtail's own write these words once, in the language of the process or of whoever came first, and
keep them for everybody.
"""

from typing import Any

from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.text import capfirst, format_lazy
from wagtail import blocks
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail.snippets.widgets import AdminSnippetChooser


class SnippetChooser(AdminSnippetChooser):
    """A chooser with the words of its class, which the model's `ChooserViewSet` sets."""

    def __init__(self, model: type[Model] | None = None, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        for name in ("choose_one_text", "choose_another_text", "link_to_chosen_text"):
            if name not in kwargs:
                delattr(self, name)


class OwnSnippetChooserBlock(SnippetChooserBlock):
    """A block with the chooser of the model. In migrations this is Wagtail's own block."""

    @cached_property
    def widget(self) -> SnippetChooser:
        _ = super().widget  # sets the icon of the block
        chooser: type[SnippetChooser] = (
            self.target_model.snippet_viewset.chooser_viewset.widget_class
        )
        return chooser()

    def deconstruct(self) -> Any:
        _, args, kwargs = super().deconstruct()
        return "wagtail.snippets.blocks.SnippetChooserBlock", args, kwargs


class PageChooser(AdminPageChooser):
    """A chooser of pages that says of which type these are."""

    def __init__(self, target_models: Any = None, **kwargs: Any) -> None:
        super().__init__(target_models, **kwargs)
        if self.model is not Page:
            self.choose_one_text = format_lazy(
                "{} ({})", AdminPageChooser.choose_one_text, capfirst(self.model._meta.verbose_name)
            )


class CampaignChooser(PageChooser):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__("campaigns.CampaignPage", **kwargs)


class OwnPageChooserBlock(blocks.PageChooserBlock):
    """A block with the chooser above. In migrations this is Wagtail's own block."""

    @cached_property
    def widget(self) -> PageChooser:
        return PageChooser(self.target_models, can_choose_root=self.can_choose_root)

    def deconstruct(self) -> Any:
        _, args, kwargs = super().deconstruct()
        return "wagtail.blocks.PageChooserBlock", args, kwargs
