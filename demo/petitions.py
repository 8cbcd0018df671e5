"""The demo's petitions: one from 2013 about real events, and six from invented places.

`opens`, `closes`, `paused`, `handed_over` and `won` are moments, or numbers of days from today.
"""

from datetime import UTC, datetime
from typing import Any

from campaigns.models import Ask

RUSSIA = {
    "slug": "let-russia-speak",
    "title": "President Putin: let Russia speak",
    "ask": "Call on the President of Russia to repeal the laws that silence civil society.",
    "targets": [("Vladimir Putin", "President of the Russian Federation")],
    "salutation": "Mr President,",
    "opening": (
        "Since you returned to office in 2012, one law after another has narrowed the room in "
        "which people in Russia may speak, meet and work together. Taken one by one they can be "
        "explained away. Taken together they make citizens think twice before they hold up a "
        "placard, publish a report or join a group.\n\n"
        "I ask you to repeal the laws that"
    ),
    "demands": [
        "make libel a crime again",
        "put public protest under permits and ruinous fines",
        "stretch “treason” and “espionage” until they fit the work of human rights groups",
        "force organisations with support from abroad to register as “foreign agents”",
        "forbid speaking to minors about “non-traditional sexual relations”",
        "punish insults to the religious feelings of believers",
    ],
    "close": (
        "Russia has promised these freedoms twice: to its citizens in the Constitution, and to "
        "the world in the treaties it has signed. I ask you to keep both promises."
    ),
    "collection": "International",
    "button": "Take Action",
    "opens": datetime(2013, 8, 30, 7, tzinfo=UTC),
    "closes": datetime(2013, 11, 30, 22, tzinfo=UTC),
}

RIVER = {
    "slug": "keep-the-talva-free",
    "title": "Keep the Talva free",
    "ask": "Call on the Minister for Energy to stop the dam at Orlin gorge.",
    "targets": [("The Minister for Energy", "Ministry of Energy and Water")],
    "salutation": "Dear Minister,",
    "opening": (
        "The Talva runs for 140 kilometres without a wall across it. Of few rivers can that "
        "still be said. The dam planned at Orlin gorge would end it, for less power than the "
        "worn-out turbines of our old dams lose every year.\n\n"
        "We ask you to"
    ),
    "demands": [
        "withdraw the permit for the dam at Orlin",
        "repair the turbines of the old dams first",
        "protect the upper valley, by a law written with those who live there",
    ],
    "close": "You can decide to build this dam in any year to come. Not to build it, only now.",
    "collection": "International",
    "goal": 5000,
    "opens": -38,
    "closes": 52,
    "country_field": Ask.REQUIRED,
    "comment_field": Ask.OPTIONAL,
    "shows_comments": True,
    "shows_signers": True,
    "button": "Sign for the river",
    "updates_label": "Write to me when the minister decides.",
    "thanks_text": (
        "Who else has swum in a river, fished in one or slept beside one? Send three of them "
        "the letter today."
    ),
}

LIBRARY = {
    "slug": "keep-harbour-lane-open",
    "title": "Keep Harbour Lane library open",
    "ask": "Call on the city council to take the closure of the branch library off its list.",
    "targets": [
        ("The city council", "Aldermere"),
        ("The committee for culture", "which votes first"),
    ],
    "salutation": "Dear councillors,",
    "opening": (
        "Harbour Lane is the smallest of the city’s five libraries and the fullest. On a school "
        "day four hundred people come in: for homework, for a newspaper, for help with a form, "
        "or because it is warm. The draft budget closes it, and saves less than the city spends "
        "on brochures about itself.\n\n"
        "We ask you to"
    ),
    "demands": [
        "strike the closure from the budget",
        "keep the doors open six days a week, until eight on two of them",
        "find the children’s librarian whose post has been empty for a year",
    ],
    "close": "It is the one warm room in town where nobody asks what you would like to buy.",
    "collection": "City",
    "goal": 1000,
    "opens": -26,
    "closes": 31,
    "country_field": Ask.OFF,
    "postcode_field": Ask.REQUIRED,
}

NIGHT_BUS = {
    "slug": "bring-back-the-night-bus",
    "title": "Bring back the night bus",
    "ask": "Call on the transport authority to let the N7 run through the night again.",
    "targets": [("The transport authority", "Aldermere")],
    "salutation": "To those who make the timetable,",
    "opening": (
        "The last N7 now leaves the station at 23.40. The late shift at the hospital ends at "
        "midnight, the bakeries begin at three. Between the ward and a bed lie five kilometres "
        "of road without a lamp.\n\n"
        "We ask you to"
    ),
    "demands": [
        "run the N7 every hour until five, seven nights a week",
        "stop at the hospital’s gate, not at the roundabout behind it",
        "tell passengers that a line will be cut before it is",
    ],
    "close": "It takes one bus and one driver. We will see to the passengers.",
    "collection": "City",
    "goal": 1500,
    "opens": -17,
    "country_field": Ask.OFF,
    "postcode_field": Ask.OPTIONAL,
    "confirms_by_email": False,
    "thanks_heading": "See you at the stop.",
    "thanks_text": "Your name counts already. Show the letter to whoever waits beside you tonight.",
}

LIGHTHOUSE = {
    "slug": "keep-the-light-at-port-ansel",
    "title": "Keep the light at Port Ansel",
    "ask": "Call on the harbour authority to keep the lighthouse lit and the pier public.",
    "targets": [("The harbour authority", "Port Ansel")],
    "salutation": "Dear members of the board,",
    "opening": (
        "You intend to switch off the light at Port Ansel and to sell the tower as a holiday "
        "house, together with the pier at its foot. Thirty-one small boats come home by that "
        "light. Their moorings are part of the sale.\n\n"
        "We ask you to"
    ),
    "demands": [
        "keep the light burning",
        "keep the pier open to all who fish, sail or walk there",
        "lease the tower to the town, which has offered to look after it",
    ],
    "close": "A chart is redrawn in an afternoon. The rocks stay where they are.",
    "collection": "International",
    "goal": 2500,
    "opens": 14,
    "closes": 104,
    "scheduled_notice": (
        "The board hears the public from the day on which this petition opens, and every "
        "signature goes into the file. Please come back then."
    ),
}

RADIO = {
    "slug": "keep-radio-kettle-on-air",
    "title": "Keep Radio Kettle on the air",
    "ask": "Call on the broadcasting regulator to renew the licence of Radio Kettle.",
    "targets": [("The broadcasting regulator", "Office for local frequencies")],
    "salutation": "Dear members of the office,",
    "opening": (
        "For nineteen years Radio Kettle has been on 97.3. Forty volunteers speak eleven "
        "languages from two rooms above a bicycle shop. In the night of the flood it was Kettle "
        "that said which bridges still stood. Now its licence ends, and the frequency is to go "
        "to whoever pays most.\n\n"
        "We ask you to"
    ),
    "demands": [
        "renew the licence for the full ten years",
        "keep one local frequency in three for stations that sell nothing",
        "decide in a public session, with listeners in the room",
    ],
    "close": "The station costs you nothing. Please leave it where people find it: on 97.3.",
    "collection": "City",
    "goal": 2000,
    "opens": -45,
    "paused": -6,
    "paused_notice": (
        "The regulator has invited the station to talks, and we have promised to collect nothing "
        "while they last. If they fail, we go on where we stopped."
    ),
}

TREES = {
    "slug": "save-the-trees-on-foundry-road",
    "title": "Save the plane trees on Foundry Road",
    "ask": "Call on the mayor to build the tram without felling the trees.",
    "targets": [("The mayor", "Aldermere")],
    "salutation": "Dear Mayor,",
    "opening": (
        "Eighty-four plane trees stand on Foundry Road. They are to be felled so that a second "
        "lane for cars fits beside the new tram. On a hot day the pavement under them is nine "
        "degrees cooler than the car park at the end of the road: the school next to it has "
        "measured.\n\n"
        "We ask you to"
    ),
    "demands": [
        "lay the track on the lane that is there",
        "leave every healthy tree standing",
        "plant the twelve gaps in the two rows",
    ],
    "close": "We want the tram. We should like to wait for it in the shade.",
    "collection": "City",
    "goal": 1000,
    "opens": -75,
    "won": -20,
    "handed_over": -21,
    "country_field": Ask.OFF,
    "postcode_field": Ask.OPTIONAL,
    "thanks_text": "Now ask the neighbour who has never signed anything. That one counts double.",
    "won_notice": (
        "The tram is coming and all eighty-four trees stay: the council voted 31 to 12, with "
        "your names on the table. Thank you, each of you."
    ),
}

PETITIONS: list[dict[str, Any]] = [RUSSIA, RIVER, LIBRARY, NIGHT_BUS, LIGHTHOUSE, RADIO, TREES]
