"""The addresses of feeds, of the sitemap and of other files that machines ask for."""

from django.urls import path, register_converter

from home import discovery, views
from home.styleguide import views as styleguide


class Accent:
    """A colour without its #."""

    regex = "[0-9a-f]{6}"

    def to_python(self, value: str) -> str:
        return f"#{value}"

    def to_url(self, value: str) -> str:
        return value.removeprefix("#")


register_converter(Accent, "accent")

# In each language's own place.
feeds = [
    path("feeds/rss.xml", discovery.rss, name="rss"),
    path("feeds/atom.xml", discovery.atom, name="atom"),
]
# Where no page's address can be.
insiders = [
    path("_util/design/", styleguide.page, name="styleguide"),
    path("_util/design/swatches.css", styleguide.swatches, name="styleguide_swatches"),
    path("_util/design/print.css", styleguide.paper, name="styleguide_paper"),
]

# About all languages.
files = [
    path("accent/<accent:colour>.css", views.accent, name="accent"),
    path("robots.txt", discovery.robots, name="robots"),
    path("sitemap.xml", discovery.sitemap, name="sitemap"),
]
