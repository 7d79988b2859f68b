"""The IAM action and resource that a request to Bedrock Runtime, or to batch inference, is checked against."""

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
    if kind == "guardrail" and not name.startswith("arn:"):
        return f"arn:aws:bedrock:{region()}:{account()}:guardrail/{name}"
    return model_arn(name)


def model_arn(name: str) -> str:
    """The ARN of a model or an inference profile."""
    if name.startswith("arn:"):
        return name
    if name.split(".", 1)[0] in {"us", "eu", "apac", "global"}:
        return f"arn:aws:bedrock:{region()}:{account()}:inference-profile/{name}"
    return f"arn:aws:bedrock:{region()}::foundation-model/{name}"


def job_of(path: str, _body: bytes) -> str | None:
    """The batch inference job in a path; a job that does not exist yet can have any id."""
    kind, _, name = unquote(path).strip("/").partition("/")
    if kind != "model-invocation-job":
        return None
    job_id = name.removesuffix("/stop").rpartition("/")[2] or "*"
    return f"arn:aws:bedrock:{region()}:{account()}:model-invocation-job/{job_id}"


# Where the guardrail profile of the United States leads to from a region there.
PROFILE_REGIONS = ("us-east-1", "us-east-2", "us-west-2")


def profiles_of(resource: str) -> list[str]:
    """The guardrail profile of a guardrail, in every region that it leads to: AWS checks these as well."""
    definition = guardrail_definition(resource, "DRAFT") if ":guardrail/" in resource else None
    profile = ((definition or {}).get("crossRegionConfig") or {}).get("guardrailProfileArn", "")
    return [profile.replace(f":{region()}:", f":{each}:", 1) for each in PROFILE_REGIONS] if profile else []
