"""All URLs of the site; the URLs of a language begin with its prefix."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.admin.urls import display_custom_404
from wagtail.documents import urls as document_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from campaigns.cms.files import explained
from campaigns.cms.idempotent_acts import acting_once
from campaigns.cms.pages.approval import about_its_object
from campaigns.cms.translations.translating import confined, synchronised
from campaigns.public import urls as campaign_urls
from home import urls as home_urls
from home.views import serve
from operations import probes
from operations.metrics import serving
from search import urls as search_urls
from staff import urls as staff_urls
from staff.account import in_own_language

handler500 = "config.failing.failed"

of_cms = decorate_urlpatterns(admin_urls.urlpatterns, synchronised)
of_cms = decorate_urlpatterns(of_cms, acting_once)
of_cms = decorate_urlpatterns(of_cms, about_its_object)
of_cms = decorate_urlpatterns(of_cms, confined)
of_cms = decorate_urlpatterns(of_cms, explained)
# As for Wagtail's own views: whoever may not see something reads so within the CMS.
of_cms = decorate_urlpatterns(of_cms, display_custom_404)
# Around all of them, since each of them says something.
of_cms = decorate_urlpatterns(of_cms, in_own_language)

# The URLs that signers use come first, since each request is matched against one after another.
urlpatterns = i18n_patterns(*campaign_urls.petitions, prefix_default_language=False)
urlpatterns += [
    path("admin/", include(staff_urls)),
    path("admin/", include(of_cms)),
    path("documents/", include(document_urls)),
    *campaign_urls.links,
    *campaign_urls.endpoints,
    *home_urls.files,
    path("readyz", probes.ready, name="readyz"),
    path("metrics", serving.metrics, name="metrics"),
]

if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

urlpatterns += i18n_patterns(
    *search_urls.urlpatterns,
    *home_urls.feeds,
    *home_urls.insiders,
    re_path(r"^(?!_util/)((?:[\w\-]+/)+)$", serve),
    # Wagtail's log-in for readers of restricted pages would not ask for the second factor.
    path(
        "_util/login/", RedirectView.as_view(pattern_name="wagtailadmin_login", query_string=True)
    ),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
