"""Forgives misspelt words in a search: looks for the nearest words that the public can read.

The words are compared here and not by PostgreSQL (pg_trgm): the words of a site are few, a database
without that module needs no second way, and letters that have changed places, the most frequent
mistake, weigh less here than in its groups of three letters.
"""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.finding import Question
from search.vocabulary import WORD, vocabulary

# Shorter words have too many neighbours. A long word may have two mistakes.
SHORTEST, LONG = 4, 8


def corrected(question: Question) -> str:
    """The words of the question, the misspelt ones corrected; "" where there is nothing to correct.

    No word comes from a page or a petition that the public may not read.
    """
    known = vocabulary(question.locale)
    found = WORD.sub(lambda word: nearest(word[0], known), question.words)
    return "" if found == question.words else found


def nearest(word: str, known: dict[str, str]) -> str:
    """The known word that was probably meant; the word itself if it is known, short or unlike."""
    folded = word.casefold()
    if folded in known or len(folded) < SHORTEST:
        return word
    most = 2 if len(folded) >= LONG else 1
    match = process.extractOne(folded, known, scorer=OSA.distance, score_cutoff=most)
    return match[0] if match else word
