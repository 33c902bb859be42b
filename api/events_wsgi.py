"""What the events process serves: `api.events_wsgi:application`, under uWSGI with gevent."""

from psycogreen.gevent import patch_psycopg

from api.config import load_settings
from api.core.root_path import RootPath
from api.events.stream.app import create_stream_app

patch_psycopg()
settings = load_settings()
application = RootPath(create_stream_app(settings), settings.url)
