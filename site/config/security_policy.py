"""The Content-Security-Policy and the other headers that tell browsers what a page may do."""

from collections.abc import Callable
from functools import lru_cache

import csp.constants
import csp.utils
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config import inline_scripts


class SecurityPolicyMiddleware:
    """Sets the Content-Security-Policy: strict on public pages, wider in the CMS.

    django-csp writes the policies. Its own middleware is not used, since it would build the policy
    again for every response.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's debug pages for developers have their own inline styles and scripts.
        if not settings.DEBUG or response.status_code not in (404, 500):
            response.headers.setdefault(csp.constants.HEADER, self.policy_for(request, response))
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def policy_for(self, request: HttpRequest, response: HttpResponse) -> str:
        if request.path_info.startswith("/admin/"):
            sources = "".join(f" {source}" for source in inline_sources(response))
            admin_policy = policy("ADMIN_CONTENT_SECURITY_POLICY")
            return admin_policy.replace("script-src", f"script-src{sources}", 1)
        if getattr(request, "is_preview", False):
            # Wagtail renders a preview with the public URL, and shows it in a frame of the CMS.
            return policy("CONTENT_SECURITY_POLICY", csp.constants.SELF)
        return policy("CONTENT_SECURITY_POLICY", *getattr(request, "framing_sites", None) or ())


@lru_cache(maxsize=100)
def policy(name: str, *framing_sites: str) -> str:
    """Return the policy in the setting `name`; any `framing_sites` replace its frame-ancestors."""
    framing = {"frame-ancestors": framing_sites} if framing_sites else {}
    return csp.utils.build_policy(getattr(settings, name)["DIRECTIVES"], replace=framing)


def inline_sources(response: HttpResponse) -> list[str]:
    """Return what a page of the CMS adds to `script-src`; [] if it is streamed or not HTML."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return []
    return inline_scripts.digests(response.text)
