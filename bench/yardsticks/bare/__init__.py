"""Yardstick (a): the least that Django must do to store a row."""
