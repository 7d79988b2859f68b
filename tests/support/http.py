"""One HTTP client for the tests' own calls: creating a client reads every certificate, which takes 40 ms."""

import httpx

# No connection outlives its call: an idle one would be left open at the end, which is a warning and so an error.
http = httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))
