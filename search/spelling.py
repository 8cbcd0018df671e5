"""Correct misspelt words of a search, with the nearest words that the public can read.

The words are compared here and not by PostgreSQL (pg_trgm): a site has few words, a database
without that extension needs no fallback, and swapped letters, the most frequent mistake, weigh less
here than in pg_trgm's groups of three letters.
"""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.finding import Question
from search.vocabulary import WORD, vocabulary

# Shorter words have too many similar words. A long word may have two mistakes.
SHORTEST, LONG = 4, 8


def corrected(question: Question) -> str:
    """Return the words of the search with corrections; "" if there is nothing to correct.

    No word comes from a page or a petition that the public may not read.
    """
    known = vocabulary(question.locale)
    found = WORD.sub(lambda word: nearest(word[0], known), question.words)
    return "" if found == question.words else found


def nearest(word: str, known: dict[str, str]) -> str:
    """Return the known word that was probably meant; the word itself if known, short or unlike."""
    folded = word.casefold()
    if folded in known or len(folded) < SHORTEST:
        return word
    most = 2 if len(folded) >= LONG else 1
    match = process.extractOne(folded, known, scorer=OSA.distance, score_cutoff=most)
    return match[0] if match else word
