"""One HTTP client for the tests' own calls: creating a client reads every certificate, which takes 40 ms."""

import httpx

# No connection is kept: an idle one open at the end would be a warning, and warnings are errors.
http = httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))
