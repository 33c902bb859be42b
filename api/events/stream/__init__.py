"""The process that holds event streams open: one greenlet listens to the database, one writes to each reader."""
