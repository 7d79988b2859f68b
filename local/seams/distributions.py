"""CloudFront: functions without Node, and origins that are this machine's own API and buckets."""

import functools
import json
import re
from typing import Any
from urllib.parse import urlsplit

import quickjs
from ministack.core import cloudfront_js
from ministack.services import cloudfront

_API = re.compile(r"(?P<id>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
# What a browser says of the page that asks. To the bucket it is the distribution that asks.
_OF_THE_PAGE = ("origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-user")
SECONDS = 5
MEMORY = 64 * 1024 * 1024


def run_functions_without_node() -> None:
    """Run CloudFront Functions in QuickJS. MiniStack runs them in Node, which this machine may not have."""
    cloudfront_js.evaluate = evaluate


def evaluate(code: bytes, event: dict[str, Any]) -> Any:
    try:
        context = quickjs.Context()
        context.set_memory_limit(MEMORY)
        context.set_time_limit(SECONDS)
        context.eval(code.decode())
        context.set("event", json.dumps(event))
        return json.loads(context.eval("JSON.stringify(handler(JSON.parse(event)) ?? null)"))
    except (quickjs.JSException, ValueError) as error:
        raise cloudfront_js.CloudFrontFunctionError(str(error)) from error


def ask_origins_on_this_machine(url: str) -> None:
    """Send a distribution's requests for an API or, without an access control, for a bucket to this machine.

    MiniStack refuses to ask an API, and reads a bucket as nobody, whatever the request is signed with.
    """
    of_ministack = cloudfront._fetch_from_origin
    address = urlsplit(url)
    here = {
        "s3_bucket": None,
        "domain_name": address.hostname,
        "http_port": address.port,
        "protocol_policy": "http-only",
    }

    @functools.wraps(of_ministack)
    async def fetch(
        origin: dict[str, Any], method: str, uri: str, query: str, headers: dict[str, Any], *more: Any
    ) -> Any:
        if api := _API.fullmatch(origin["domain_name"]):
            path = f"/_aws/execute-api/{api['id']}{origin.get('origin_path') or ''}"
            origin = origin | here | {"origin_path": path}
        elif origin["s3_bucket"] and not origin["oac_id"] and not origin["oai_id"]:
            origin = origin | here | {"origin_path": f"/{origin['s3_bucket']}"}
            headers = {name: value for name, value in headers.items() if name not in _OF_THE_PAGE}
            # An address is signed for the host that it names.
            headers["host"] = address.netloc
        return await of_ministack(origin, method, uri, query, headers, *more)

    cloudfront._fetch_from_origin = fetch
