"""How fast the house is, as ratios to what else could be built on the same machine."""
