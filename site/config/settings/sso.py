"""The settings of signing in through the organisation's own provider (staff.sso)."""

import re

from config import env

# The provider's own name for itself, a URL with https; on this machine, http is also allowed.
SSO_ISSUER = env.text("SSO_ISSUER", "").rstrip("/")
env.agree(
    bool(re.fullmatch(r"((https://|http://localhost\b)[^\s?#@]{,180})?", SSO_ISSUER)),
    "SSO_ISSUER must read https://id.example.org, with the path that the provider has, if any.",
)
SSO_CLIENT_ID = env.text("SSO_CLIENT_ID", "")
SSO_CLIENT_SECRET = env.text("SSO_CLIENT_SECRET", "")
env.agree(
    bool(SSO_ISSUER) == bool(SSO_CLIENT_ID) == bool(SSO_CLIENT_SECRET),
    "Set SSO_ISSUER, SSO_CLIENT_ID and SSO_CLIENT_SECRET, or none of them.",
)
SSO_LABEL = env.text("SSO_LABEL", "")
env.agree(len(SSO_LABEL) <= 100, "SSO_LABEL must have 100 characters at most.")
SSO_MAIL_DOMAIN = (env.text("SSO_MAIL_DOMAIN", "") and env.host("SSO_MAIL_DOMAIN", "")).lower()
SSO_CREATES_ACCOUNTS = env.flag("SSO_CREATES_ACCOUNTS", False)
env.agree(
    bool(SSO_ISSUER and SSO_MAIL_DOMAIN) or not SSO_CREATES_ACCOUNTS,
    "SSO_CREATES_ACCOUNTS needs SSO_ISSUER and SSO_MAIL_DOMAIN, or the whole world would get in.",
)
SSO_ONLY = env.flag("SSO_ONLY", False)
env.agree(bool(SSO_ISSUER) or not SSO_ONLY, "SSO_ONLY needs SSO_ISSUER.")
# Without passwords, there are none to reset or to change.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = not SSO_ONLY

# django-allauth: its tables and its client of OpenID Connect, and none of its pages.
SOCIALACCOUNT_ADAPTER = "staff.sso.adapter.Adapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds, while somebody waits
