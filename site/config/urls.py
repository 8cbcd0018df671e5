from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as document_urls

from campaigns import urls as campaign_urls
from home.views import serve
from search import urls as search_urls

urlpatterns = [
    path("admin/", include(admin_urls)),
    path("documents/", include(document_urls)),
    *campaign_urls.links,
]

if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

urlpatterns += i18n_patterns(
    *campaign_urls.petitions,
    *search_urls.urlpatterns,
    re_path(r"^((?:[\w\-]+/)+)$", serve),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
