"""Where the targets of letters can be reached."""
