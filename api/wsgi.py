"""What a WSGI server serves: `api.wsgi:application`, from the settings in the environment."""

from api.app import create_app
from api.config import load_settings
from api.core.assets import Assets
from api.core.root_path import RootPath

settings = load_settings()
# The whole site below its root path: the client's files, then the application.
application = RootPath(Assets(create_app(settings), settings.frontend), settings.url)
