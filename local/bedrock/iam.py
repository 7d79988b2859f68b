"""The IAM action and resource that a request to Bedrock Runtime is checked against."""

from urllib.parse import unquote

from local.seams.resources import guardrail_definition
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


# Where the guardrail profile of the United States leads to from a region there.
PROFILE_REGIONS = ("us-east-1", "us-east-2", "us-west-2")


def profiles_of(resource: str) -> list[str]:
    """The guardrail profile of a guardrail, in every region that it leads to: AWS checks these as well."""
    definition = guardrail_definition(resource, "DRAFT") if ":guardrail/" in resource else None
    profile = ((definition or {}).get("crossRegionConfig") or {}).get("guardrailProfileArn", "")
    return [profile.replace(f":{region()}:", f":{each}:", 1) for each in PROFILE_REGIONS] if profile else []
