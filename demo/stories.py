"""The stories of the demo's campaigns, one for each of its `petitions`.

`published` is a day, or a number of days from today.
"""

from datetime import date
from typing import Any

from demo.writing import appeal, bullets, call, heading, petition, picture, quote, text, update

RUSSIA = {
    "slug": "let-russia-speak",
    "title": "President Putin: let Russia speak",
    "summary": (
        "In January, police in St Petersburg broke up a snowball fight: it was “unauthorised”. "
        "Six new laws say what else people in Russia may no longer do together."
    ),
    "social": "They broke up a snowball fight. Six laws show that it was no joke.",
    "image": "square",
    "published": date(2013, 8, 30),
    "topics": ["free-speech"],
    "body": [
        picture("snowball", "What was forbidden: snowballs in a park. A drawing."),
        text(
            "In January some people met in St Petersburg to throw snowballs. The police called "
            "it an unauthorised gathering, forbade it and sent everybody home.",
            "It sounds like a joke, and it fits a pattern. Since Vladimir Putin returned to "
            "office as President in May 2012, there has been less room every month to speak, to "
            "meet and to work together in Russia.",
        ),
        heading("Six laws, one direction"),
        text(
            "In little more than a year Russia has passed laws that",
            bullets(
                "raise fines for taking part in a protest to as much as 300,000 roubles, about "
                "what an average wage brings in a year",
                "make libel a crime again, less than a year after it had ceased to be one",
                "make organisations register as “foreign agents”, words that to a Russian ear "
                "mean spies, if they take money from abroad and do what is held to be politics",
                "define treason and espionage so widely that work for human rights can fall "
                "under them",
                "forbid telling minors that same-sex couples are the equals of others",
                "make it a crime, with prison, to insult the feelings of believers",
            ),
            "They are aimed at the opposition and at those who help others to their rights. "
            "They do not agree with Russia’s own Constitution, nor with the treaties on human "
            "rights that bind it. They have to go.",
        ),
        text(
            "One signature weighs little. But nobody can tell beforehand which will be the last "
            "drop, the one after which the scales tip.",
        ),
        petition(),
    ],
}

RIVER = {
    "slug": "keep-the-talva-free",
    "title": "Keep the Talva free",
    "summary": (
        "A wall sixty metres high is to close the Orlin gorge. Behind it, one of the last rivers "
        "that run free from the springs to the sea would become a lake."
    ),
    "social": "One of the last free rivers is about to get a wall across it. Sign for the Talva.",
    "image": "river",
    "published": -38,
    "topics": ["rivers-and-trees"],
    "updates": [
        update(-3, "The minister has answered", "She will receive us in the week after next."),
        update(-11, "Four hundred boats", "On Sunday they went down the gorge, from dam to dam."),
    ],
    "body": [
        petition(),
        text(
            "In May nobody talks on the footbridge at Orlin: you would not hear a word. The "
            "snow of three mountains goes through a gap eleven metres wide.",
            "A company wants to close that gap. The ministry has granted the permit, and the "
            "excavators are ordered. Until they arrive one signature can stop them, the "
            "minister’s. Ours are meant to help with it.",
        ),
        heading("What the dam would take"),
        text(
            bullets(
                "<b>The valley.</b> Nine kilometres of meadows, two mills and the road to Upper "
                "Orlin would lie under water.",
                "<b>The fish.</b> Trout and huchen swim up to the springs to spawn. They do not "
                "climb walls.",
                "<b>The beaches.</b> The sand at the river’s mouth comes down from the "
                "mountains. Behind a dam it stays there.",
            ),
        ),
        quote(
            "My grandmother washed wool in this river and my daughter learned to swim in it. "
            "Before they make it a lake, they might ask us.",
            by="A shepherd",
            role="in the upper valley",
        ),
        heading("What it would give"),
        text(
            "Power for eleven thousand households, in eight years. The dams on other rivers lose "
            "more than that in turbines fifty years old. To repair those takes two.",
            "The minister has agreed to receive the signatures in person. We bring them on "
            "paper, in boxes: a file can be opened later, a box stands in the way.",
        ),
        appeal(),
    ],
}

LIBRARY = {
    "slug": "keep-harbour-lane-open",
    "title": "Keep Harbour Lane library open",
    "summary": (
        "The smallest library in town is the fullest. The draft budget closes it, and the "
        "council has not voted yet."
    ),
    "social": "Four hundred people a day, one vote: help to keep Harbour Lane library open.",
    "image": "library",
    "published": -26,
    "topics": ["neighbourhood"],
    "body": [
        text(
            "The budget has 340 pages. On page 212 a line says “Consolidation of the branch "
            "network”. It means that the lights at Harbour Lane go out for good.",
        ),
        heading("A day in three rooms"),
        text(
            bullets(
                "<b>At nine</b> the newspaper readers wait at the door. By five past, the window "
                "table is taken.",
                "<b>At one</b> school ends. There are thirty-two chairs and sixty children, and "
                "the stairs serve as chairs.",
                "<b>At five</b> a volunteer helps with forms: rent, benefits, a first passport.",
                "<b>At seven</b> the language circle meets. Eleven beginners, two teachers, one "
                "cake.",
            ),
        ),
        quote(
            "I came in for the heating. I stayed for the novels.",
            by="A reader",
            role="window table, every morning",
        ),
        text(
            "To keep all this costs 61,000 a year. Page 87 of the same budget has 74,000 for "
            "brochures about the city. We suggest a thinner brochure, with a library in it.",
        ),
    ],
}

NIGHT_BUS = {
    "slug": "bring-back-the-night-bus",
    "title": "Bring back the night bus",
    "summary": (
        "The last N7 leaves twenty minutes before the late shift ends. Nurses, cleaners and "
        "bakers walk home along a road without lamps."
    ),
    "social": "The last bus leaves before the late shift ends. Sign for the N7.",
    "image": "nightbus",
    "published": -17,
    "topics": ["neighbourhood"],
    "body": [
        text(
            "Until the new timetable the N7 went all night. It was seldom full and never empty: "
            "midwives, bakers, the band from the hotel bar, someone who had missed the train.",
            "Now it stops at twenty to twelve, and the city’s night begins on foot.",
        ),
        petition(),
        heading("Five kilometres"),
        text(
            "From the hospital to the estate at Tiller’s Field it is five kilometres. Three have "
            "no pavement and two have no lamp. A taxi costs what a cleaner earns in an hour and "
            "a half.",
        ),
        quote(
            "By now I know every dog along that road. I would rather know the driver.",
            by="A nurse",
            role="late shift, five nights in fourteen",
        ),
    ],
}

LIGHTHOUSE = {
    "slug": "keep-the-light-at-port-ansel",
    "title": "Keep the light at Port Ansel",
    "summary": (
        "The harbour authority wants to switch off the lighthouse and sell it, with the pier at "
        "its foot. The hearing is about to begin."
    ),
    "social": "A lighthouse, a pier and thirty-one boats are for sale. We have a letter to write.",
    "image": "lighthouse",
    "published": -2,
    "topics": ["coast"],
    "body": [
        text(
            "The notice hangs in the harbour office behind the tide tables: one tower, one pier, "
            "“suitable for holiday use”. Bids are welcome.",
            "Satellites show every boat where it is. They do not show a torn net, a child on the "
            "rocks or the fog that the forecast missed. For that somebody has to put a light on.",
        ),
        heading("What is for sale"),
        text(
            bullets(
                "a tower of 1874, red and white, 38 metres high",
                "a lamp that needs one new bulb a year",
                "a pier with thirty-one moorings, six of them for those who live from fishing",
                "the bench at its end, which belongs to everybody",
            ),
            "Read the letter now, and be among the first to sign when the hearing opens.",
        ),
    ],
}

RADIO = {
    "slug": "keep-radio-kettle-on-air",
    "title": "Keep Radio Kettle on the air",
    "summary": (
        "Nineteen years, eleven languages, two rooms above a bicycle shop: a station run by its "
        "listeners is to lose its frequency."
    ),
    "social": "The station that told us which bridges still stood is about to fall silent.",
    "image": "radio",
    "published": -45,
    "topics": ["free-speech"],
    "body": [
        text(
            "At six in the evening the kettle whistles. It is a real one, beside the microphone, "
            "and it has opened the news for nineteen years.",
        ),
        text(
            "The news comes in eleven languages, one after the other. After it there is whatever "
            "forty people know something about: bees, tenancy law, Ethiopian jazz, goal kicks.",
        ),
        quote(
            "In the night of the flood I read out the names of the bridges in three languages. "
            "Nobody had written that down for me.",
            by="A volunteer",
            role="on the air on Tuesdays",
        ),
        text(
            "The regulator wants to auction the frequency. Kettle sells no advertisements, so it "
            "cannot bid. Listeners have written instead, more of them every week.",
        ),
    ],
}

TREES = {
    "slug": "save-the-trees-on-foundry-road",
    "title": "Foundry Road keeps its trees",
    "summary": (
        "Eighty-four plane trees were to make way for a second lane. You wrote to the mayor. The "
        "tram is coming, and the trees stay."
    ),
    "social": "Eighty-four trees were to go. They stay, because people signed.",
    "image": "trees",
    "published": -75,
    "topics": ["rivers-and-trees", "neighbourhood"],
    "body": [
        text(
            "One morning every trunk on Foundry Road had a number sprayed on it, from 1 to 84. "
            "That was how the road learned of the plan.",
        ),
        heading("How it was won"),
        text(
            bullets(
                "The school hung thermometers under the trees and over the car park, and put "
                "the readings in the bakery’s window.",
                "A retired engineer drew the tram on the lane that is there. It fits, with forty "
                "centimetres to spare.",
                "People tied ribbons round the trunks, over the numbers.",
                "We carried the signatures to the town hall on the day of the vote.",
                tag="ol",
            ),
            "The council voted 31 to 12. Work on the track begins next year, and twelve young "
            "planes will fill the gaps.",
        ),
        call(
            "The next vote is about a library.",
            label="Keep Harbour Lane open",
            page="keep-harbour-lane-open",
        ),
    ],
}

CAMPAIGNS: list[dict[str, Any]] = [RUSSIA, RIVER, LIBRARY, NIGHT_BUS, LIGHTHOUSE, RADIO, TREES]
