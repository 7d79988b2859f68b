"""Identity providers in IAM: our own, and our client id in a provider that someone else created."""

from cli.qbusiness.installation import TAG, Belonging, Installation, or_none
from cli.qbusiness.provider import OpenId, Provider, Saml


def ensure(at: Installation, provider: Provider) -> tuple[str, str]:
    """The provider's ARN, and whether it was made, corrected or right."""
    return _ensure_open_id(at, provider) if isinstance(provider, OpenId) else _ensure_saml(at, provider)


def arn_of(at: Installation, provider: Provider) -> str:
    """The provider's ARN, except for a slash at the end of the issuer, which IAM can leave out."""
    return at.open_id_provider_arn(provider.issuer) if isinstance(provider, OpenId) else at.saml_provider_arn


def _ensure_open_id(at: Installation, provider: OpenId) -> tuple[str, str]:
    """Use an issuer that IAM already has as it is; add only our client id, and a tag that records it."""
    client = provider.client_id
    wanted = arn_of(at, provider)
    known = {arn.rstrip("/"): (arn, found) for arn, found in at.open_id_providers().items()}
    if wanted.rstrip("/") not in known:
        made = at.iam.create_open_id_connect_provider(Url=provider.issuer, ClientIDList=[client], Tags=at.iam_tags)
        return made["OpenIDConnectProviderArn"], "made"
    arn, found = known[wanted.rstrip("/")]
    ids, tags, clients = {"OpenIDConnectProviderArn": arn}, found["Tags"], set(found["ClientIDList"])
    if at.owns(tags):
        lent = {value for key, value in tags.items() if key.startswith(f"{TAG}:")}
        unwanted = clients - lent - {client}
    else:
        unwanted = {tags.get(at.borrowing, client)} - {client}
    for each in sorted(unwanted):
        at.iam.remove_client_id_from_open_id_connect_provider(**ids, ClientID=each)
    if client not in clients:
        if not at.owns(tags):
            at.iam.tag_open_id_connect_provider(**ids, Tags=[{"Key": at.borrowing, "Value": client}])
        at.iam.add_client_id_to_open_id_connect_provider(**ids, ClientID=client)
    elif unwanted and not at.owns(tags):
        at.iam.untag_open_id_connect_provider(**ids, TagKeys=[at.borrowing])
    return arn, "corrected" if unwanted or client not in clients else "right"


def _ensure_saml(at: Installation, provider: Saml) -> tuple[str, str]:
    name, found = at.called_globally("saml"), at.saml_provider()
    if found is None:
        at.iam.create_saml_provider(Name=name, SAMLMetadataDocument=provider.metadata, Tags=at.iam_tags)
        return at.saml_provider_arn, "made"
    at.check(found["Tags"], f"The SAML provider {name}")
    same = found["SAMLMetadataDocument"].strip() == provider.metadata.strip()
    if not same:
        at.iam.update_saml_provider(SAMLProviderArn=at.saml_provider_arn, SAMLMetadataDocument=provider.metadata)
    return at.saml_provider_arn, "right" if same else "corrected"


def belongings(at: Installation) -> tuple[list[Belonging], list[str]]:
    """Our providers, and our client id in one that is not ours; then what stays, and why."""
    ours, left = [], []
    found = at.saml_provider()
    if found and at.owns(found["Tags"]):
        what = f"The identity provider {at.called_globally('saml')}"
        ours.append(Belonging(what, lambda _: _delete_saml(at), at.saml_provider_arn))
    elif found:
        left.append(f"The identity provider {at.called_globally('saml')} is not tagged {TAG}={at.name}.")
    for arn, provider in at.open_id_providers().items():
        issuer, tags = arn.partition(":oidc-provider/")[2], provider["Tags"]
        if at.owns(tags):
            if lent := [key for key in tags if key.startswith(f"{TAG}:")]:
                others = ", ".join(key.removeprefix(f"{TAG}:") for key in lent)
                left.append(f"The identity provider {issuer} stays: {others} uses it too.")
            else:
                ours.append(
                    Belonging(f"The identity provider {issuer}", lambda _, arn=arn: _delete_open_id(at, arn), arn)
                )
        elif at.borrowing in tags:
            client = tags[at.borrowing]
            what = f"The client id {client} of the identity provider {issuer}"
            ours.append(Belonging(what, lambda _, arn=arn, client=client: _give_back(at, arn, client), arn))
            left.append(f"The identity provider {issuer} stays: IAM had it before.")
    return ours, left


def _delete_saml(at: Installation) -> None:
    or_none(lambda: at.iam.delete_saml_provider(SAMLProviderArn=at.saml_provider_arn))


def _delete_open_id(at: Installation, arn: str) -> None:
    or_none(lambda: at.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn))


def _give_back(at: Installation, arn: str, client: str) -> None:
    def give_back() -> None:
        at.iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)
        at.iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=arn, TagKeys=[at.borrowing])

    or_none(give_back)
