"""What chat on this machine needs besides an identity provider."""

from cli.identity_providers import Provider
from cli.target import Target


def connect_chat(target: Target, provider: Provider) -> dict[str, str]:
    """The template parameters with which chat believes `provider`. Called by every `docent up` that has one.

    Here an Amazon Q Business application is to be made (`docent qbusiness create`), with the samples of
    cli/chat_samples.py. Until then chat stays as the template has it.
    """
    del target, provider
    return {}
