"""Template tags for the charts of a petition's public numbers."""

from datetime import timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone, translation
from django.utils.translation import gettext

from campaigns.charts.curve import Curve
from campaigns.charts.world import WorldMap
from campaigns.counting import public_growth, surveying
from campaigns.signing.countries import country_names
from campaigns.templatetags.petitions import petition_block

register = template.Library()

EXAMPLE = [12, 40, 260, 900, 1_150, 1_300, 2_900, 4_200, 4_600, 4_800]
EXAMPLE_COUNTRIES = {"KE": 2_100, "FR": 1_400, "DE": 600, "BR": 45}


@register.simple_tag(takes_context=True)
def growth(context: Context, value: Any) -> dict[str, Any]:
    """Return curve, countries by name and map of a block; {} if nothing is public."""
    if value.is_example:
        today = timezone.localdate()
        days = [today - timedelta(days=3 * place) for place in range(len(EXAMPLE))]
        points = list(zip(reversed(days), EXAMPLE, strict=True))
        numbers = EXAMPLE_COUNTRIES
    elif petition := petition_block(context, value):
        points, numbers = public_growth.course(petition), surveying.countries(petition)
    else:
        return {}
    curve = Curve(gettext("Signatures"), points)
    if curve.is_empty:
        return {}
    shown = numbers if value["shows_countries"] or value["shows_map"] else {}
    world = WorldMap(gettext("Signatures by country"), shown) if value["shows_map"] else None
    return {"curve": curve, "countries": named(shown), "map": world if shown else None}


def named(numbers: dict[str, int]) -> list[tuple[str, int]]:
    """Return the numbers by the names of the countries, the largest number first."""
    names = country_names(translation.get_language())
    order = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return [(names.get(code, code), number) for code, number in order]
