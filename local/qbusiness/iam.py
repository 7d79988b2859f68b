"""The resources that IAM checks for a request to Q Business."""

from local.seams.services import account, region

_PARTS = {
    "indices": "index",
    "index": "index",
    "retrievers": "retriever",
    "experiences": "web-experience",
    "subscriptions": "subscription",
}


def arn_prefix() -> str:
    return f"arn:aws:qbusiness:{region()}:{account()}:"


def resource_of(path: str, _body: bytes) -> str:
    if path.startswith("/v1/tags/"):
        return path.removeprefix("/v1/tags/")
    parts = path.strip("/").split("/")
    if parts[0] != "applications" or len(parts) < 2:
        return "*"
    arn = f"{arn_prefix()}application/{parts[1]}"
    kind = _PARTS.get(parts[2]) if len(parts) > 3 else None
    return f"{arn}/{kind}/{parts[3]}" if kind else arn


def applications_of(arn: str) -> list[str]:
    """The application of a resource inside one: AWS checks both."""
    application = ":".join(arn.split(":")[:5]) + ":" + "/".join(arn.split(":")[-1].split("/")[:2])
    return [application] if ":application/" in arn and application != arn else []
