"""The URLs of feeds, of the sitemap, of other files for machines, and of the style guide."""

from django.urls import path, register_converter

from home import discovery, views
from home.styleguide import views as styleguide


class Accent:
    """The path converter for a colour, which stands in URLs without its "#"."""

    regex = "[0-9a-f]{6}"

    def to_python(self, value: str) -> str:
        return f"#{value}"

    def to_url(self, value: str) -> str:
        return value.removeprefix("#")


register_converter(Accent, "accent")

# Below the prefix of each language.
feeds = [
    path("feeds/rss.xml", discovery.rss, name="rss"),
    path("feeds/atom.xml", discovery.atom, name="atom"),
]
# For staff. No page can have a path below `_util/`, which `config.urls` keeps from pages.
insiders = [
    path("_util/design/", styleguide.page, name="styleguide"),
    path("_util/design/swatches.css", styleguide.swatches, name="styleguide_swatches"),
    path("_util/design/print.css", styleguide.paper, name="styleguide_paper"),
]

# Without a prefix: the same for all languages.
files = [
    path("accent/<accent:colour>.css", views.accent, name="accent"),
    path("robots.txt", discovery.robots, name="robots"),
    path("sitemap.xml", discovery.sitemap, name="sitemap"),
]
