"""Appeals: readers write to their representative, from words that the editors propose."""
