"""The buttons of choosers are in the language of the reader."""

from collections.abc import Iterator

from django.forms import BaseForm, Widget
from django.utils.functional import Promise
from wagtail import blocks
from wagtail.admin.widgets.chooser import BaseChooser

from campaigns.cms.new_campaign.questions import BeginForm
from campaigns.models import ArticlePage, CampaignPage, Petition
from home.models import HomePage


def widgets_below(block: blocks.Block) -> Iterator[Widget]:
    children = [*getattr(block, "child_blocks", {}).values()]
    children += [child] if (child := getattr(block, "child_block", None)) else []
    for each in children:
        yield from widgets_below(each)
    if isinstance(block, blocks.ChooserBlock):
        yield block.widget


def choosers(form: type[BaseForm]) -> Iterator[BaseChooser]:
    for field in form.base_fields.values():
        inside = widgets_below(field.block) if hasattr(field, "block") else [field.widget]
        yield from (widget for widget in inside if isinstance(widget, BaseChooser))


def test_no_chooser_keeps_the_words_of_whoever_came_first() -> None:
    models = (CampaignPage, ArticlePage, HomePage)
    forms = [model.get_edit_handler().get_form_class() for model in models]
    forms += [Petition.snippet_viewset.get_edit_handler().get_form_class(), BeginForm]

    kept = {
        words
        for form in forms
        for each in choosers(form)
        for words in (each.choose_one_text, each.choose_another_text, each.link_to_chosen_text)
        if not isinstance(words, Promise)  # words that are translated whenever they are shown
    }

    assert kept == set()
