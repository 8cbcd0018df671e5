"""Mails about comments on a page: they leave after the answer to whoever has saved the page."""

from wagtail.admin.views.pages import edit

from campaigns.workflow import notices


def register() -> None:
    """Take the place of the function with which Wagtail's form of a page sends these mails."""
    edit.send_notification = notices.write_down_comments
