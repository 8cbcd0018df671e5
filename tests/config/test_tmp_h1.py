import smtplib
from django.core.mail import send_mail
from django.conf import settings
def test_mail(smtp_server, settings):
    send_mail("a", "b ü", "a@example.org", ["b@example.org"])
    assert [m["subject"] for m in smtp_server.messages] == ["a"]
def test_browser(page, tmp_path):
    page.goto("data:text/html,<h1>x</h1><img src='http://example.org/x.png'>")
    assert page.inner_text("h1") == "x"
