"""Topics, replies and posts over HTTP."""

from api.topics import tasks
from api.topics.routes import posts, replies, states, topics

# Tags of the document: what happens to a whole topic, to its replies, to single posts.
BLUEPRINTS = (topics.bp, states.bp, replies.bp, posts.bp)

# Importing a module declares its operations, or its jobs.
__all__ = ["BLUEPRINTS", "tasks"]
