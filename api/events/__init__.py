"""What happened, in order: the change feed, and the stream that says it as it happens."""
