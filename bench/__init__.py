"""Measures the site's speed, as ratios to yardsticks on the same machine."""
