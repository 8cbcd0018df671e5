"""The files of a petition: its card for social networks, its QR code and its poster."""

from django.http import HttpRequest, HttpResponse

from campaigns.cache_control import public
from campaigns.public import requests
from campaigns.sharing import cards, posters


@public
def card(request: HttpRequest, slug: str) -> HttpResponse:
    subject = requests.published_petition(slug)
    return HttpResponse(
        cards.draw(subject, total=subject.progress.count or 0),
        content_type="image/jpeg",
        headers={"Cross-Origin-Resource-Policy": "cross-origin"},
    )


@public
def qr_code(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(
        posters.code_svg(requests.published_petition(slug)), content_type="image/svg+xml"
    )


@public
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    subject = requests.published_petition(slug)
    return HttpResponse(
        posters.poster(subject),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{subject.slug}.pdf"'},
    )
