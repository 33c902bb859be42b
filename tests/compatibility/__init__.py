"""Nothing that a client of v1 relies on goes away: the document is held to a committed baseline."""
