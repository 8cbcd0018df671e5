"""Mails with confirmed signatures to the targets of a petition, while people sign it."""
