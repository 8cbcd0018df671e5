"""The blocks for the lists in a petition's letter: its demands and its targets."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from campaigns.blocks.words import name_input

LONGEST_DEMAND = 300


class DemandBlock(blocks.StreamBlock):
    # A demand may be longer than a line of the editor.
    demand = blocks.TextBlock(label=_("Demand"), max_length=LONGEST_DEMAND, rows=1, icon="tick")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name_input(self.child_blocks["demand"])


class TargetBlock(blocks.StreamBlock):
    target = blocks.StructBlock(
        [
            ("name", blocks.CharBlock(label=_("Name"), max_length=120)),
            ("role", blocks.CharBlock(label=_("Office"), max_length=120, required=False)),
        ],
        label=_("Target"),
        icon="user",
    )
