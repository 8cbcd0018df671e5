"""What may be written down: no link that a signer or a member of staff got by mail."""

import logging
import re

# What stands where a signer's token belongs, however a mail program has broken it; a token anywhere
# else (campaigns/signatures/tokens.py); and what follows in the address of a new password.
SECRET = re.compile(
    r"(?:(?<=/signatures/confirm/)|(?<=/signatures/manage/)|(?<=/signatures/withdraw/))[^/\n]+"
    r"|(?<![\w-])[\w-]{22,}(?:\.|%2e)[\w-]{20,}|(?<=/password_reset/confirm/)\S+",
    re.IGNORECASE,
)


class Formatter(logging.Formatter):
    """Masks them in the whole text, the traceback too: a refused or failed address is logged."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub("*", super().format(record))
