"""The URLs of petitions, of signing, of the API and of the links in our emails."""

from django.urls import path

from campaigns.public import (
    api,
    appeals,
    downloads,
    drafts,
    frames,
    mail_events,
    managing,
    oembed,
    osdi,
    short_codes,
    unsubscribing,
    views,
)

# Below the prefix of each language.
petitions = [
    path("petitions/<slug:slug>/", views.petition, name="petition"),
    path("petitions/<slug:slug>/sign/", views.sign, name="sign"),
    path(
        "petitions/<slug:slug>/check-your-email/", views.check_your_email, name="check_your_email"
    ),
    path("petitions/<slug:slug>/thanks/", views.thanks, name="thanks"),
    path("petitions/<slug:slug>/thanks/<str:mark>/", views.thanked, name="thanked"),
    path("petitions/<slug:slug>/changes/", views.changes, name="changes"),
    path("petitions/<slug:slug>/count.json", views.count, name="count"),
    path("petitions/<slug:slug>/challenge.json", views.challenge, name="challenge"),
    path("write/<slug:slug>/", appeals.appeal, name="appeal"),
    path("write/<slug:slug>/check-your-email/", appeals.asked, name="message_asked"),
    path("code/", short_codes.code, name="code"),
    path("api/petitions/", api.petitions, name="api_petitions"),
    path("api/petitions/<slug:slug>/", api.petition, name="api_petition"),
    path("api/openapi.json", api.description, name="api_description"),
    path("petitions/<slug:slug>/card.jpg", downloads.card, name="card"),
    path("petitions/<slug:slug>/qr.svg", downloads.qr_code, name="qr_code"),
    path("petitions/<slug:slug>/poster.pdf", downloads.poster, name="poster"),
    path("petitions/<slug:slug>/embed/", frames.petition, name="framed_petition"),
    path("petitions/<slug:slug>/embed/sign/", frames.sign, name="framed_sign"),
    path(
        "petitions/<slug:slug>/embed/check-your-email/",
        frames.check_your_email,
        name="framed_check_your_email",
    ),
    path("petitions/<slug:slug>/embed/thanks/", frames.thanks, name="framed_thanks"),
    path("petitions/<slug:slug>/embed/thanks/<str:mark>/", frames.thanked, name="framed_thanked"),
]

# For other sites. These URLs have no prefix, since they serve every language.
endpoints = [
    path("oembed/", oembed.oembed, name="oembed"),
    path("mail-events/", mail_events.mail_events, name="mail_events"),
    path("osdi/<int:pk>/", osdi.entry_point, name="osdi"),
    path("osdi/<int:pk>/people/", osdi.people, name="osdi_people"),
]

# These URLs have no prefix: the response is in the language of the signer, or of the browser if the
# signer is not known.
links = [
    path("signatures/confirm/<str:token>/", views.confirm, name="confirm"),
    path("signatures/manage/<str:token>/", managing.manage, name="manage"),
    path("signatures/manage/<str:token>/download/", views.own_copy, name="own_copy"),
    path("signatures/manage/<str:token>/email/", managing.change_email, name="change_email"),
    path("signatures/email/<str:token>/", managing.new_email, name="email"),
    path("signatures/withdraw/<str:token>/", views.withdraw, name="withdraw"),
    path("signatures/unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("signatures/message/<str:token>/", appeals.confirm, name="confirm_message"),
    path("drafts/<str:token>/", drafts.draft, name="draft"),
]
