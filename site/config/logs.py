"""Masks secret links in the log: those that signers and staff received by mail, and to drafts."""

import logging
import re

# Whatever stands in a URL in the place of a signer's token, even if a mail program has garbled it;
# a token in any other place (campaigns/signatures/tokens.py); a signer's number; the link to
# a draft; the secret of a password reset.
SECRET = re.compile(
    r"(?:(?<=/signatures/confirm/)|(?<=/signatures/manage/)|(?<=/signatures/withdraw/)"
    r"|(?<=/signatures/email/)"
    r"|(?<=/drafts/))[^/\n]+"
    r"|(?<=/thanks/)[^/\s\"]+"
    r"|(?<![\w-])[\w-]{22,}(?:\.|%2e)[\w-]{20,}|(?<=/password_reset/confirm/)\S+",
    re.IGNORECASE,
)


class Formatter(logging.Formatter):
    """Masks secrets in the whole text, traceback included.

    Django logs the URLs of requests that were refused or that failed.
    """

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub("*", super().format(record))
