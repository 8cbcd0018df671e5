"""Creates some pages for the navigation, and the page with the form."""

from django.core.management import call_command
from django_countries import countries
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from bench.ours.pictures import picture
from stock.models import FormField, FormPage

# The same fields as ours.
FIELDS = [
    ("Name", "singleline"),
    ("Email", "email"),
    ("Country", "dropdown"),
    ("Updates", "checkbox"),
    ("Consent", "checkbox"),
]
TEXT = "<p>The river is the last one that runs <b>free</b>, and it should stay so.</p>" * 4


def main() -> None:
    """Create the pages, and print the path of the page with the form."""
    call_command("migrate", verbosity=0)
    home = Site.objects.get(is_default_site=True).root_page
    for title in ("About us", "Campaigns", "News", "Privacy"):
        home.add_child(instance=Page(title=title, show_in_menus=True))
    about = home.get_first_child()
    page = home.add_child(
        instance=FormPage(
            title="Keep the river free",
            intro=f'{TEXT}<p>Read more <a linktype="page" id="{about.pk}">about us</a>.</p>',
            image=get_image_model().objects.create(title="The river", file=picture("river")),
            thank_you_text="<p>Thank you for signing.</p>",
        )
    )
    for order, (label, kind) in enumerate(FIELDS):
        FormField.objects.create(
            page=page,
            sort_order=order,
            label=label,
            clean_name=label.lower(),
            field_type=kind,
            choices="\n".join(name for _, name in countries) if kind == "dropdown" else "",
            required=label in ("Name", "Email", "Consent"),
        )
    print(page.url)
