"""Emails with confirmed signatures to the targets of a petition, sent while people sign it."""
