from django.urls import path

from home import discovery

# In each language's own place.
feeds = [
    path("feeds/rss.xml", discovery.rss, name="rss"),
    path("feeds/atom.xml", discovery.atom, name="atom"),
]

# About all languages.
files = [
    path("robots.txt", discovery.robots, name="robots"),
    path("sitemap.xml", discovery.sitemap, name="sitemap"),
]
