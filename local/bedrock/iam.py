"""The IAM action and resource that a request to Bedrock Runtime is checked against."""

from urllib.parse import unquote

from local.seams.services import account, region

# AWS authorizes these operations under another action's name.
ACTIONS = {
    "bedrock:Converse": "bedrock:InvokeModel",
    "bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream",
}


def resource_of(path: str, _body: bytes) -> str:
    """AWS checks an inference profile by its own ARN and a guardrail by the guardrail's ARN."""
    kind, name = [unquote(part) for part in path.split("/") if part][:2]
    if name.startswith("arn:"):
        return name
    if kind == "guardrail":
        return f"arn:aws:bedrock:{region()}:{account()}:guardrail/{name}"
    if name.split(".", 1)[0] in {"us", "eu", "apac", "global"}:
        return f"arn:aws:bedrock:{region()}:{account()}:inference-profile/{name}"
    return f"arn:aws:bedrock:{region()}::foundation-model/{name}"
