"""What a WSGI server serves: `api.wsgi:application`, from the settings in the environment."""

from typing import TYPE_CHECKING

from api.app import create_app
from api.config import Settings, load_settings
from api.core.assets import Assets
from api.core.root_path import RootPath

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def make_application(settings: Settings) -> "WSGIApplication":
    """The whole site below its root path: the client's files, then the application."""
    return RootPath(Assets(create_app(settings), settings.frontend), settings.url)


application = make_application(load_settings())
