"""Sign-up, sign-in and one's own account over HTTP."""

from api.auth import tasks
from api.auth.routes import passwords, registration, sessions
from api.auth.routes.account import bp as account
from api.auth.routes.auth import bp as auth

BLUEPRINTS = (auth, account)

# Importing a module declares its operations, or its jobs.
__all__ = ["BLUEPRINTS", "passwords", "registration", "sessions", "tasks"]
