"""The one way in which the launcher says no."""


class RefusalError(Exception):
    """Why the forum cannot start here; its text is one clear sentence for the person at the terminal."""
