"""Appeals: readers write to their representatives, starting from a text that editors propose."""
