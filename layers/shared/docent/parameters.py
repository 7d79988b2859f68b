"""Parameters of Systems Manager, for what the template cannot give a function in its environment."""

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import ssm
from docent.errors import MisconfiguredError, from_aws


def read_parameter(name: str) -> str:
    """Raises TransientError, or MisconfiguredError if there is no such parameter."""
    try:
        return ssm().get_parameter(Name=name)["Parameter"]["Value"]  # pyright: ignore[reportTypedDictNotRequiredAccess]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a parameter was read", MisconfiguredError) from error
