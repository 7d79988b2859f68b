"""One HTTP client for the tests' own calls, and the certificates read once for all others.

Each new client reads every certificate, which takes 40 ms.
"""

from functools import cache

import httpx
from httpx._transports import default

default.create_ssl_context = cache(default.create_ssl_context)

# No connection is kept: an idle one open at the end would be a warning, and warnings are errors.
http = httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))
