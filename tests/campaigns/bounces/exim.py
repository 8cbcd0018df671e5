"""A message as Exim sends it to the return path of an email of this site."""

# Exim: its status is always the same, and what the other server answered stands on several lines.
EXIM = """\
Return-path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example.org>
To: {path}
X-Failed-Recipients: ada@example.com
Content-Type: multipart/report; report-type=delivery-status; boundary=1732615872-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1tFvXk-0001Ab-2C@mail.example.org>
Date: Thu, 26 Nov 2026 10:11:12 +0000

--1732615872-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@example.com
    host mx.example.com [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<ada@example.com>:
    {answer}

--1732615872-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Action: failed
Final-Recipient: rfc822;ada@example.com
Status: 5.0.0
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; {answer}

--1732615872-eximdsn-1804289383
Content-type: message/rfc822

Return-path: <{path}>
From: Lastdrop <petitions@example.org>
To: ada@example.com
Subject: The minister has answered

He has answered.

--1732615872-eximdsn-1804289383--
"""


def bounced(answer: str) -> str:
    return EXIM.replace("{answer}", answer)
