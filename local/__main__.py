"""`python -m local`: serve AWS on this machine, in the foreground."""

from local.server import serve
from local.settings import LocalSettings

serve(LocalSettings.from_environment())
