"""How dates with a time are written in Russian."""

# Django's own formats have only a space between the day and the time: “23 января 2027 г. 22:00”.
# A comma suits “until” and “since”, too, for which “at” would not do.
DATETIME_FORMAT = "j E Y г., G:i"
