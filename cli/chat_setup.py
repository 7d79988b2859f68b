"""Set up chat on this machine: an Amazon Q Business application for its identity provider, with sample documents."""

from cli import chat_samples, identity_providers
from cli.identity_providers import Provider
from cli.qbusiness.creation import create
from cli.qbusiness.provider import OpenId, Saml
from cli.target import Target
from cli.terminal import say

# An application has one provider. There is one for each kind, so that changing the kind deletes neither.
NAME = "docent-{}"


def connect_chat(target: Target, provider: Provider) -> dict[str, str]:
    """The template parameters for chat with `provider`. Every `docent up` with a provider calls this."""
    if provider.kind == "saml":
        named = Saml(provider.metadata)
    else:
        named = OpenId(provider.issuer, provider.client_id, provider.client_secret)
    say("Setting up Amazon Q Business …")
    parameters = create(target, named, lambda _: None, NAME.format(provider.kind), replace=True)
    if provider.kind == "saml":
        roles = {"role_arn": parameters["QBusinessRoleArn"], "provider_arn": parameters["ChatSamlProviderArn"]}
        identity_providers.configure(target.local, "saml", **roles)
    application, index = parameters["QBusinessApplicationId"], parameters["QBusinessIndexId"]
    chat_samples.put_sample_documents(target.client("qbusiness"), application, index)
    return parameters
