"""The demo's news. `published` is a number of days from today."""

from typing import Any

from demo.writing import (
    actions_taken,
    bullets,
    call,
    heading,
    petition,
    picture,
    quote,
    text,
)

ARTICLES: list[dict[str, Any]] = [
    {
        "slug": "the-snowballs-of-january",
        "title": "The snowballs of January",
        "summary": (
            "A petition of 2013 asked President Putin to repeal six laws. It has long closed. "
            "Why its page still stands, and what became of the laws."
        ),
        "social": "What became of the petition that began with a snowball fight?",
        "image": "snowball",
        "published": -51,
        "topics": ["free-speech"],
        "body": [
            picture(
                "snowball", "What an unauthorised gathering can look like. A drawing.", size="wide"
            ),
            text(
                "The oldest campaign on this site is about a snowball fight. In January 2013 "
                "people met for one in St Petersburg, and the police sent them away. The letter "
                "that came of it asked for six laws to be repealed.",
            ),
            heading("What became of it"),
            text(
                "Not what it asked for. None of the six laws was repealed, and most have been "
                "made harsher since.",
                "We could have taken the page down. We leave it up, with the letter and the last "
                "count, because those who signed should find again what they put their names to. "
                "Their names themselves are gone from our records: they were erased ninety days "
                "after the petition had closed, as we had said they would be.",
                "A count without names is not much. It still says that so many people read six "
                "demands to a president and thought: that is the least.",
            ),
            call(
                "The letter stands as it was written.",
                label="Read the petition of 2013",
                page="let-russia-speak",
            ),
        ],
    },
    {
        "slug": "what-happens-after-you-sign",
        "title": "What happens after you sign",
        "summary": (
            "Four steps from your name to the desk of the one who decides, and what we do with "
            "your email address on the way."
        ),
        "social": "Four steps from your name to the desk of the one who decides.",
        "image": "letters",
        "published": -33,
        "body": [
            text(
                "You type your name, tick a box and press a button. People ask us what happens "
                "then. This does:",
                bullets(
                    "<b>You confirm.</b> We send you an email with a link. Only when you press "
                    "the button behind it does your signature count. So nobody can sign for you.",
                    "<b>You are counted, once.</b> Whoever signs a second time gets a friendly "
                    "email address and stays one signature.",
                    "<b>We hand over the letter.</b> Your name goes with it, and what else the "
                    "form asked for. Your email address does not.",
                    "<b>We forget you.</b> Ninety days after a petition closes, names and email "
                    "addresses are erased. The number stays.",
                    tag="ol",
                ),
            ),
            picture("letters", "One letter is light. The last one weighs as much as the rest."),
            text(
                "A few campaigns do without the first step, because they have to be quick. Then "
                "the email thanks you, and like each email about a signature it holds a link to "
                "withdraw.",
            ),
            actions_taken(),
            call(
                "Every detail is in the privacy notice.",
                label="What we keep, and how long",
                page="privacy",
            ),
        ],
    },
    {
        "slug": "eighty-four-trees",
        "title": "Eighty-four trees, thirty-one hands",
        "summary": (
            "At a quarter past nine in the evening the council voted for the tram and for the "
            "trees. The petition for Foundry Road has done its work."
        ),
        "social": "The tram is coming and the trees stay. How a road talked its council round.",
        "image": "trees",
        "published": -19,
        "topics": ["rivers-and-trees", "neighbourhood"],
        "body": [
            picture("trees", "Foundry Road, the morning after the vote.", size="wide"),
            text(
                "The gallery of the town hall has sixty seats. By six o’clock it had a queue, "
                "and the usher had opened the windows so that the square could listen.",
                "Item nine was Foundry Road. It took two hours. The planners spoke of capacity; "
                "the school spoke of degrees. Then thirty-one hands went up.",
            ),
            quote(
                "We read the thermometers every day for two weeks. It is hard to vote against a "
                "thermometer.",
                by="A pupil",
                role="of the school on Foundry Road",
            ),
            text(
                "The petition is closed, and its page stays with its final count. If your name "
                "is on it: that was you.",
            ),
            call(
                "The same council votes on Harbour Lane library next.",
                label="Sign for the library",
                page="keep-harbour-lane-open",
            ),
        ],
    },
    {
        "slug": "three-thousand-names-on-a-red-carpet",
        "title": "Three thousand names on a red carpet",
        "summary": (
            "The first boxes for the Talva are in parliament. It took four people to carry them, "
            "and there is room on the table."
        ),
        "social": "The first three thousand signatures for the Talva are in parliament.",
        "image": "hall",
        "published": -3,
        "topics": ["rivers-and-trees"],
        "body": [
            picture(
                "hall", "The first boxes for the Talva arrive. The session had begun.", size="wide"
            ),
            text(
                "Parliament has a rule for petitions: they come in by the main door, and the "
                "sitting pauses while they are carried past. So on the day of the energy debate "
                "four people walked down the red carpet with boxes, and it was quiet for as long "
                "as that takes.",
                "In the boxes were the first three thousand signatures against the dam at Orlin, "
                "printed out, one to a line.",
            ),
            quote(
                "Mostly I am given umbrellas to look after. Boxes are heavier, but nobody "
                "forgets them.",
                by="A doorkeeper",
                role="for twenty-two years",
            ),
            text(
                "The minister came down from her bench and opened one. She read for a while. She "
                "said that she would decide when all of them are here.",
            ),
            heading("The rest of the table"),
            text("There is room for two thousand more. This is the letter; it takes a minute."),
            petition("keep-the-talva-free"),
        ],
    },
]
