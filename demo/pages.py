"""The texts of the demo's home page, and of its pages that are not campaigns."""

from typing import Any

from django.conf import settings

from demo.writing import (
    accordion,
    actions_taken,
    bullets,
    call,
    fact,
    gallery,
    heading,
    picture,
    related,
    table,
    text,
)

FOOTER = (
    "<p>Lastdrop shows here what it can do. The campaign of 2013 keeps to the facts; all other "
    "stories, all places in them and all signers are made up.</p>"
)

IDENTITY = {"name": settings.WAGTAIL_SITE_NAME, "contact_email": "lastdrop@example.org"}

# The topics by their slugs, by which stories refer to them.
TOPICS = {
    "coast": "The coast",
    "free-speech": "Free speech",
    "neighbourhood": "The neighbourhood",
    "rivers-and-trees": "Rivers and trees",
}

# Search terms, the page that is recommended for them, and the reason to read it.
RECOMMENDED = {
    "river": ("keep-the-talva-free", "One of the last that run free here. It needs your name."),
}

HOME: dict[str, Any] = {
    "slug": "lastdrop",
    "title": "Letters that tip the scales",
    "summary": "We write letters to those who decide, and people like you put their names to them.",
    "social": "One more name on a letter may be the one that tips the scales.",
    "image": "letters",
    "heading": "Some letters need one more name",
    "introduction": (
        "<p>We write to those who decide, and carry the letter to them with all who signed it. "
        "Nobody knows beforehand which name will tip the scales. It may be yours.</p>"
    ),
    "body": [
        heading("How we count"),
        text(
            "We count each person once, ask by email whether it was really you, and erase names "
            "and email addresses ninety days after a petition has closed. The number stays.",
        ),
        call("", label="What happens after you sign", page="what-happens-after-you-sign"),
    ],
}

CAMPAIGNS: dict[str, Any] = {
    "slug": "campaigns",
    "title": "Campaigns",
    "summary": "Every letter we have written: those that need your name, and those that are done.",
    "social": "The letters that need your name.",
    "image": "hall",
    "introduction": (
        "<p>One page for each letter. When a petition has closed, its page and its count stay.</p>"
    ),
}

NEWS: dict[str, Any] = {
    "slug": "news",
    "title": "News",
    "summary": "What happens to the letters once they are signed.",
    "social": "What happens to the letters once they are signed.",
    "image": "snowball",
    "introduction": "<p>Won, lost or on the way: we tell you what became of your signature.</p>",
}

ABOUT: dict[str, Any] = {
    "slug": "about",
    "title": "About",
    "summary": "What you are looking at, and what is real about it.",
    "social": "A site for organisations that collect signatures, and what is real about this one.",
    "image": "letters",
    "body": [
        text(
            "Lastdrop is software for organisations that tell a story, ask for signatures and "
            "deliver them. They run it on a server of their own. This site shows it at work.",
        ),
        picture("letters", "Where the name comes from."),
        fact("1", "signature can be the last drop that tips the scales.", "Nobody knows which one"),
        heading("What is real here"),
        text(
            bullets(
                "The campaign of 2013 is about real laws and a real president. A petition about "
                "them was on the web that autumn; the words here are ours.",
                "The Talva, Aldermere, Port Ansel and Radio Kettle exist on this site only.",
                "The signatures were made up by a program, all but those you add yourself. Their "
                "email addresses belong to example.org, which nobody can have.",
                "The pictures were drawn by a program, too.",
            ),
        ),
        heading("What it stands for"),
        text(
            bullets(
                "A signature counts once, and as a rule its signer has confirmed it by email.",
                "A letter that people have signed is not taken down.",
                "What is not needed is not asked for, and what is no longer needed is erased.",
                "Reading costs nothing: no cookies, nothing fetched from other companies.",
            ),
        ),
        table(
            "What is kept of a signature",
            ("What", "While it collects", "90 days after"),
            ("Name and email address", "yes", "no"),
            ("Country", "yes", "yes"),
            ("That somebody signed", "yes", "yes"),
        ),
        heading("Questions"),
        accordion(
            (
                "Who sees my name?",
                "Those to whom the letter is handed over, and those who look after this site. "
                "Everybody sees a part of it only if you tick a box for that, which few petitions "
                "have.",
            ),
            (
                "May I sign for somebody else?",
                "No: each person signs with an email address of their own.",
            ),
            (
                "How do I take my name back?",
                "By the link “Withdraw your signature” in any email about your signature, for as "
                "long as we store your name. Our news have a link to the same page.",
            ),
        ),
        gallery("river", "trees", "lighthouse", caption="Places that exist on this site only."),
        actions_taken(),
        related("Your name counts here"),
        call("", label="See the campaigns", page="campaigns"),
    ],
}

PRIVACY: dict[str, Any] = {
    "slug": "privacy",
    "title": "Privacy",
    "summary": "What we keep when you sign, why, for how long, and how you take it back.",
    "social": "What we keep when you sign, why, for how long, and how you take it back.",
    "image": "letters",
    "body": [
        heading("What we keep when you sign"),
        text(
            bullets(
                "Your <b>name</b> and your <b>email address</b>.",
                "Your <b>country</b>, your <b>postcode</b>, your <b>organisation</b>, your "
                "<b>phone number</b>, your <b>comment</b> and your <b>answers</b> to questions, "
                "where the form asks for them and you give them.",
                "Whether you wish to be <b>kept informed</b>. Nobody ticks that box for you.",
                "The <b>time</b> at which you signed and confirmed, the page on which you did, "
                "its language, and which link had brought you there if that link was marked.",
                "The letter and the consent, <b>word for word</b> as you saw them.",
                "A <b>fingerprint of your email address</b>, made with a secret key and different "
                "for each petition. By it we notice a second signature.",
            ),
            "We do not store the address of your network (your IP address) with your signature. "
            "For two days we store a key made from it, with a secret that is destroyed when the "
            "day is over: by it we notice a flood of forged signatures.",
        ),
        heading("Why"),
        text(
            "To count you, to count you only once, to hand over the letter with your name, and "
            "to be able to show what you agreed to. We may do so because you consent (General "
            "Data Protection Regulation, articles 6(1)(a) and 9(2)(a): a signature can reveal a "
            "political opinion).",
            "Those to whom the letter is addressed receive your name and, where the form asked, "
            "your country, postcode and organisation, and your comment if you agreed that it is "
            "shown. They receive neither your email address nor your phone number. Nobody else "
            "receives anything. Some petitions ask, in a box of its own, whether we may show "
            "everybody that you signed: your first name, a letter and your country; and in "
            "another, whether we may show your comment with your first name, once we have read "
            "it. Of those who tick neither, this site shows nothing.",
        ),
        heading("If you write to a representative"),
        text(
            "They receive your message with your name and your email address, so that they can "
            "answer. We delete a message once it is sent, and one that you do not confirm after "
            "seven days. For three months we keep that you wrote to them, without your words, so "
            "that nobody writes twice.",
        ),
        heading("For how long"),
        text(
            "Until ninety days after the petition has closed or is won, unless the page of your "
            "signature says another time; each email that we send you has a link to that page. "
            "Then your name, email address, postcode, organisation, phone number, comment, the "
            "answers that the form marks so, and the fingerprint are erased. What stays is a line "
            "that says that somebody signed on that day, from which country, in which language, "
            "on which page, by which marked link and with which other answers, so that the count "
            "is still right.",
            "Most petitions ask by email whether it was you. There a signature that was never "
            "confirmed does not count, and is erased after seven days.",
        ),
        heading("How to get no more news"),
        text(
            "If you wished to be kept informed, we may write to you about the campaign. Each of "
            "these emails has a link by which you get no more of them, about any petition. We "
            "then keep a fingerprint of your email address, the same for all petitions, so that we "
            "remember it.",
        ),
        heading("How to withdraw"),
        text(
            "Every email we send you about your signature has a link “withdraw” in it. Open it "
            "and press the button: the signature and all that belongs to it are deleted, and the "
            "count falls by one. If you cannot find the email, write to us from that mailbox. "
            "The fingerprint stays, without your name and your email address, so that your "
            "signature does not come back with a list that we import later. By it we also remember "
            "if we had doubts about the signature, or if you asked us for no more emails. It is "
            "erased when the time above is over.",
            "You may also ask what we know of you, have it put right, or complain to your data "
            "protection authority.",
        ),
        heading("When you only read"),
        text(
            "The public pages set no cookie and fetch nothing from other companies. A film is "
            "fetched when you press play, and not before. Those who work on this site log in, "
            "which takes a cookie.",
        ),
        heading("Who is responsible"),
        text(
            "On this demonstration: whoever runs it. On a site of your own, the name and the "
            "address of your organisation belong here.",
        ),
    ],
}
