"""Messages as mail servers send them to the return path of an email of this site."""

# Postfix, with the headers of the email that bounced.
POSTFIX = """\
Return-Path: <>
X-Original-To: {path}
Delivered-To: {path}
Received: by mail.example.org (Postfix) id 4WxYz12345; Thu, 26 Nov 2026 10:11:12 +0000 (UTC)
Date: Thu, 26 Nov 2026 10:11:12 +0000 (UTC)
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {path}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4WxYz12345.1732615872/mail.example.org"
Message-Id: <20261126101112.4WxYz12345@mail.example.org>

This is a MIME-encapsulated message.

--4WxYz12345.1732615872/mail.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<ada@example.com>: host mx.example.com[192.0.2.7] said: {answer}
    (in reply to RCPT TO command)

--4WxYz12345.1732615872/mail.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Postfix-Queue-ID: 4WxYz12345
X-Postfix-Sender: rfc822; {path}
Arrival-Date: Thu, 26 Nov 2026 10:11:11 +0000 (UTC)

Final-Recipient: rfc822; ada@example.com
Original-Recipient: rfc822;ada@example.com
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; {answer}

--4WxYz12345.1732615872/mail.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Lastdrop <petitions@example.org>
To: ada@example.com
Subject: The minister has answered

--4WxYz12345.1732615872/mail.example.org--
"""

# Exchange Online: with a status of its own. The real message has HTML in three languages.
EXCHANGE = """\
From: Microsoft Outlook <postmaster@example.com>
To: {path}
Date: Thu, 26 Nov 2026 10:11:13 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="8f1c0f2e-7d7a-4b0a-9e2b-0b7f2a1d3c4e"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-GB
Message-ID: <8f1c0f2e-7d7a-4b0a-9e2b-0b7f2a1d3c4e@example.com>
Subject: Undeliverable: The minister has answered
Auto-Submitted: auto-replied
MIME-Version: 1.0

--8f1c0f2e-7d7a-4b0a-9e2b-0b7f2a1d3c4e
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PHA+WW91ciBtZXNzYWdlIHRvIGFkYUBleGFtcGxlLmNvbSBjb3VsZG4ndCBiZSBkZWxpdmVyZWQu
PC9wPg==

--8f1c0f2e-7d7a-4b0a-9e2b-0b7f2a1d3c4e
Content-Type: message/delivery-status

Reporting-MTA: dns;VI1PR01MB1234.eurprd01.prod.exchangelabs.com
Received-From-MTA: dns;mail.example.org
Arrival-Date: Thu, 26 Nov 2026 10:11:12 +0000

Final-Recipient: rfc822;ada@example.com
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found

--8f1c0f2e-7d7a-4b0a-9e2b-0b7f2a1d3c4e
Content-Type: message/rfc822

From: Lastdrop <petitions@example.org>
To: <ada@example.com>
Subject: The minister has answered

He has answered.

--8f1c0f2e-7d7a-4b0a-9e2b-0b7f2a1d3c4e--
"""

# Gmail's own report, with a related part around the explanation.
GMAIL = """\
Delivered-To: {path}
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {path}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
Date: Thu, 26 Nov 2026 02:11:14 -0800 (PST)
MIME-Version: 1.0
Content-Type: multipart/report; boundary="0000000000009b1c4e0627d1e5a7"; report-type=delivery-status

--0000000000009b1c4e0627d1e5a7
Content-Type: multipart/related; boundary="0000000000009b28f30627d1e5ab"

--0000000000009b28f30627d1e5ab
Content-Type: multipart/alternative; boundary="0000000000009b28fc0627d1e5ac"

--0000000000009b28fc0627d1e5ac
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to ada@example.com because the address couldn't be found,
or is unable to receive mail.

--0000000000009b28fc0627d1e5ac--

--0000000000009b28f30627d1e5ab--

--0000000000009b1c4e0627d1e5a7
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Thu, 26 Nov 2026 02:11:13 -0800 (PST)
X-Original-Message-ID: <mailing-1-1@example.org>

Final-Recipient: rfc822; ada@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.26, the server for the domain example.com.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Thu, 26 Nov 2026 02:11:14 -0800 (PST)

--0000000000009b1c4e0627d1e5a7
Content-Type: message/rfc822

From: Lastdrop <petitions@example.org>
To: ada@example.com
Subject: The minister has answered

He has answered.

--0000000000009b1c4e0627d1e5a7--
"""

# A feedback report (ARF, RFC 5965), sent to the email address that the organisation registered.
# Only the report and the copy of the email contain the return path; the recipient is left out.
ARF = """\
From: <staff@hotmail.example>
To: <feedback@example.org>
Date: Thu, 26 Nov 2026 10:11:15 +0000
Subject: complaint about message from 198.51.100.7
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_0d.arf"

--part1_0d.arf
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP 198.51.100.7.

--part1_0d.arf
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{path}>
Received-Date: Thu, 26 Nov 2026 10:11:12 +0000
Source-IP: 198.51.100.7

--part1_0d.arf
Content-Type: message/rfc822
Content-Disposition: inline

Return-Path: <{path}>
From: Lastdrop <petitions@example.org>
To: <redacted@example.com>
Subject: The minister has answered

He has answered.

--part1_0d.arf--
"""

# qmail writes text for people, without a report for machines.
QMAIL = """\
Return-Path: <>
Delivered-To: {path}
Date: 26 Nov 2026 10:11:16 -0000
From: MAILER-DAEMON@mx.example.com
To: {path}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.com>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{path}>
From: Lastdrop <petitions@example.org>
Subject: The minister has answered

He has answered.
"""

# An out-of-office reply to the return path, where it should not be sent.
AWAY = """\
From: Ada <ada@example.com>
To: {path}
Subject: Out of office: The minister has answered
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

I am back on Monday – write to bea@example.com meanwhile.
"""


def postfix(status: str, answer: str, action: str = "failed") -> str:
    found = POSTFIX.replace("{status}", status).replace("{action}", action)
    return found.replace("{answer}", answer)


NO_SUCH = postfix("5.1.1", "550 5.1.1 <ada@example.com>: Recipient address rejected")
FULL = postfix("5.2.2", "552 5.2.2 The mailbox is full")
UNANSWERED = postfix("4.4.1", "connect to mx.example.com[192.0.2.7]:25: Connection timed out")
BLOCKED = postfix("5.7.1", "550 5.7.1 Service unavailable; client host is listed as a spam source")
LATE = postfix("4.4.1", "Connection timed out", action="delayed")
COMPLAINT = ARF.replace("{kind}", "abuse")
NOT_SPAM = ARF.replace("{kind}", "not-spam")


def raw(sample: str, path: str) -> bytes:
    """The bytes of a message about the email with this return path."""
    return sample.replace("{path}", path).encode().replace(b"\n", b"\r\n")
