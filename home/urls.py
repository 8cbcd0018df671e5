"""The URLs of feeds, the sitemap, other files for machines, and the style guide."""

from django.urls import path, register_converter

from home import discovery
from home.identity import views
from home.identity.look import LookConverter
from home.styleguide import views as styleguide

register_converter(LookConverter, "look")

# With the language prefix.
feeds = [
    path("feeds/rss.xml", discovery.rss, name="rss"),
    path("feeds/atom.xml", discovery.atom, name="atom"),
]
# For staff. No page can have a path below `_util/`, which `config.urls` reserves.
insiders = [
    path("_util/look/", views.sample, name="look_sample"),
    path("_util/design/", styleguide.page, name="styleguide"),
    path("_util/design/swatches.css", styleguide.swatches, name="styleguide_swatches"),
    path("_util/design/print.css", styleguide.paper, name="styleguide_paper"),
]

# Without a language prefix: the same for all languages.
files = [
    path("look/<look:look>/<slug:digest>.<slug:kind>", views.look, name="look"),
    path("robots.txt", discovery.robots, name="robots"),
    path("sitemap.xml", discovery.sitemap, name="sitemap"),
]
