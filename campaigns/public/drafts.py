"""The public view of a draft, behind a link from a member of staff."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.blocks import links
from campaigns.pages import preview_links
from campaigns.public import requests
from home import languages


@require_safe
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """Show the newest draft of a page as if its petition were open; nobody can sign here.

    The page says so at its top, and leaves out what leads to a page that is not public.

    The response is not cached, like every response that is not declared public, and not indexed.
    The sites to which it links do not learn its URL.
    """
    link = preview_links.behind(token)
    if link is None:
        with requests.answered_in(languages.understood(request), request):
            response = render(request, "campaigns/draft_ended.html", status=410)
    else:
        page = preview_links.draft_of(link)
        modes = [mode for mode, _label in page.preview_modes]
        mode = "open" if "open" in modes else page.default_preview_mode
        with links.documents_at(partial(preview_links.document_url, link)):
            response = page.make_preview_request(request, mode, {"preview_link": link})
        response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
