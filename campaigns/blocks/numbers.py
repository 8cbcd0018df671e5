"""The block that shows how a petition's signatures grow, and which countries they come from."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from campaigns.blocks.choosers import OwnSnippetChooserBlock
from campaigns.blocks.lines import LineBlock


class CurveValue(blocks.StructValue):
    """The value of the block; `is_example` is set for a preview, which has no signatures."""

    is_example = False


class CurveBlock(blocks.StructBlock):
    petition = OwnSnippetChooserBlock(
        "campaigns.Petition",
        label=_("Petition"),
        required=False,
        help_text=_("On a campaign page, leave empty to show the page’s own petition here."),
    )
    heading = LineBlock(label=_("Heading"), required=False, max_length=120)
    shows_countries = blocks.BooleanBlock(
        label=_("Show the countries"),
        required=False,
        help_text=_("A table of the countries from which ten people or more have signed."),
    )
    shows_map = blocks.BooleanBlock(
        label=_("Show a map"),
        required=False,
        help_text=_(
            "Borders are political. The map uses the borders of Natural Earth, which show who "
            "controls a territory: Crimea, for example, as part of Russia. Look at the map before "
            "you choose it. The table of countries is shown beside it."
        ),
    )

    def get_preview_value(self) -> blocks.StructValue:
        """Return an example, since a preview has no signatures."""
        value: CurveValue = self.normalize({"shows_countries": True, "shows_map": True})
        value.is_example = True
        return value

    class Meta:
        icon = "list-ul"
        label = _("Chart of signatures")
        template = "blocks/curve.html"
        value_class = CurveValue
        description = _(
            "How the signatures of a petition have grown, and from which countries they come."
        )


class ChosenCurveBlock(CurveBlock):
    """The same chart for an article, which has no petition of its own: the editor chooses one."""

    petition = OwnSnippetChooserBlock("campaigns.Petition", label=_("Petition"))
