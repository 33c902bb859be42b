"""Measures the forum: a corpus, the shipped servers, a load generator and one table. `python -m bench --help`."""
