"""STS on this machine: web identities and SAML are answered here, all other operations by MiniStack."""

from local.federation.saml import SamlIdentities
from local.federation.service import FederationService
from local.federation.web_identity import WebIdentities, fetched
from local.machine import Machine
from local.seams import identities


def register(machine: Machine) -> None:
    def fetch(url: str) -> dict[str, object]:
        return fetched(_on_this_machine(url, machine.settings.url))

    federation = FederationService(
        WebIdentities(identities.identity_provider, fetch),
        SamlIdentities(identities.identity_provider),
        identities.sts_of_ministack,
    )
    identities.replace_sts(federation.handle_request)


def _on_this_machine(url: str, machine: str) -> str:
    """A Cognito user pool issues tokens under AWS's address, but its keys are published here."""
    host, _, path = url.removeprefix("https://").partition("/")
    ours = url.startswith("https://cognito-idp.") and host.endswith(".amazonaws.com")
    return f"{machine}/{path}" if ours else url
