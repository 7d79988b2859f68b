"""`python -m local`: serve AWS on this machine, in the foreground."""

import sys

from local.server import serve
from local.settings import LocalSettings, SettingsError

try:
    settings = LocalSettings.from_environment()
except SettingsError as error:
    sys.exit(str(error))
serve(settings)
