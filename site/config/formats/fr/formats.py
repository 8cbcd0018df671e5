"""How dates with a time are written in French."""

# Django's own format has only a space between the day and the time: “le 23 janvier 2027 22:00”.
DATETIME_FORMAT = "j F Y à H:i"
