"""What a mail server answered, for the log and the doctor."""

import re
import smtplib

STATUS = re.compile(r"#?(\d\.\d{1,3}\.\d{1,3})\b")


class Unanswered(smtplib.SMTPServerDisconnected):
    """The server did not answer once the email was handed over, so it may have taken it."""


def told(error: Exception) -> str:
    """Return the class of an error with the code and the status of the answer, such as 550 5.4.5.

    The text of an answer is left out, since it may contain the email address.
    """
    words = [type(error).__name__]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, text), *_] = error.recipients.values()
        words += code_and_status(code, text)
    elif isinstance(error, smtplib.SMTPResponseException):
        words += code_and_status(error.smtp_code, error.smtp_error)
    elif isinstance(error, OSError) and error.strerror:
        words.append(error.strerror)
    return " ".join(words)


def code_and_status(code: int, text: bytes | str) -> list[str]:
    status = STATUS.match(text.decode(errors="replace") if isinstance(text, bytes) else text)
    return [str(code), status[1]] if status else [str(code)]
