"""A forum of any size, made of our own words: the same for the same size and seed."""
