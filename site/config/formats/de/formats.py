"""How dates with a time are written in German."""

# Django's own format has only a space between the day and the time: “am 23. Januar 2027 22:00”.
DATETIME_FORMAT = r"j. F Y \u\m H:i"
