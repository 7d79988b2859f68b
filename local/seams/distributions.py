"""CloudFront: functions without Node, origins that are this machine's own APIs and buckets, and compression."""

import functools
import gzip
import json
import re
from typing import Any
from urllib.parse import urlsplit

import quickjs
from ministack import app
from ministack.core import cloudfront_js
from ministack.services import apigateway, cloudfront

_API = re.compile(r"(?P<id>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
# What a browser says of the page that asks. To the bucket it is the distribution that asks.
_OF_THE_PAGE = ("origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "sec-fetch-user")
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
_COMPRESSED_TYPES = re.compile(r"text/.+|application/(javascript|json|wasm|xml)|image/svg\+xml|font/ttf")
_COMPRESSED_BYTES = range(1_000, 10_000_001)
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


def pass_websockets_on() -> None:
    """Lead a WebSocket to the API that its path has as origin. MiniStack knows APIs by their own addresses only."""
    of_ministack = app._parse_execute_api_url

    def parse(host: str, path: str) -> tuple[str, str, str] | None:
        return of_ministack(host, _path_of_socket(host, path) or path)

    app._parse_execute_api_url = parse


def _path_of_socket(host: str, path: str) -> str | None:
    label = app._parse_cloudfront_dataplane_host(host)
    distribution = label and cloudfront.find_distribution_for_label(label)
    if not distribution:
        return None
    config = cloudfront.parse_distribution_dataplane_config(distribution)
    origin = config["origins"].get(cloudfront._match_behavior(config, path)["target_origin_id"], {})
    api = _API.fullmatch(origin.get("domain_name", ""))
    owner = apigateway._api_owner(api["id"]) if api else None
    if not api or not owner or owner[0] != "WEBSOCKET":
        return None
    return f"/_aws/execute-api/{api['id']}{origin['origin_path']}{path}"


def compress_what_distributions_serve() -> None:
    """Compress text for browsers that ask for it, where the behavior and its cache policy do."""
    behavior_of, serve = cloudfront._dataplane_behavior, cloudfront.handle_viewer_request

    def dataplane_behavior(element: Any, *pattern: Any) -> dict[str, Any]:
        return behavior_of(element, *pattern) | {"compress": cloudfront._text(element, "Compress") == "true"}

    async def handle_viewer_request(
        distribution: dict[str, Any], method: str, path: str, uri: str, query: str, headers: dict[str, str], *more: Any
    ) -> tuple[int, dict[str, Any], bytes]:
        status, told, body = await serve(distribution, method, path, uri, query, headers, *more)
        names = {name.lower(): name for name in told}
        kind = str(told.get(names.get("content-type", ""), "")).partition(";")[0]
        if (
            "gzip" in headers.get("accept-encoding", "")
            and status in (200, 403, 404)
            and len(body) in _COMPRESSED_BYTES
            and "content-encoding" not in names
            and _COMPRESSED_TYPES.fullmatch(kind)
            and _is_compressed(distribution, path)
        ):
            kept = {name: value for name, value in told.items() if name.lower() not in ("content-length", "etag")}
            etag = told.get(names.get("etag", ""), "")
            weak = {"ETag": f"W/{etag.removeprefix('W/')}"} if etag else {}
            return status, kept | weak | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}, _compressed(body)
        return status, told, body

    cloudfront._dataplane_behavior, cloudfront.handle_viewer_request = dataplane_behavior, handle_viewer_request


def _is_compressed(distribution: dict[str, Any], path: str) -> bool:
    behavior = cloudfront._match_behavior(cloudfront.parse_distribution_dataplane_config(distribution), path)
    policy = cloudfront.cache_policy_params(behavior["cache_policy_id"])
    return behavior["compress"] and bool(policy and policy["EnableAcceptEncodingGzip"])


@functools.lru_cache(maxsize=256)
def _compressed(body: bytes) -> bytes:
    """CloudFront compresses once and caches."""
    return gzip.compress(body, mtime=0)
