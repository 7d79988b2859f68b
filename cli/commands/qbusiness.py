"""`docent qbusiness`: create and delete what chat through Amazon Q Business needs."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from cli.commands import Panel
from cli.qbusiness.policies import SAML_AUDIENCE
from cli.target import CommandError, Target
from cli.terminal import AsJson, Region, Stack, err, out, path_given, print_json, say

if TYPE_CHECKING:
    from cli.qbusiness.creation import Made
    from cli.qbusiness.provider import Provider

app = typer.Typer(
    name="qbusiness",
    rich_help_panel=Panel.OPERATIONS,
    no_args_is_help=True,
    help="Set up Amazon Q Business for chat; for administrators of the account.",
)

ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
ADDRESS = "the user's e-mail address"

Name = Annotated[str, typer.Option(help="The name and the tag of every resource.")]


@app.command()
def create(
    oidc: Annotated[str | None, typer.Option(metavar="ISSUER", help="The OpenID provider where users sign in.")] = None,
    client_id: Annotated[str | None, typer.Option(help="Docent's client id at the provider.")] = None,
    client_secret: Annotated[bool, typer.Option("--client-secret", help="Ask for the client's secret.")] = False,
    client_secret_file: Annotated[
        Path | None,
        typer.Option(
            parser=path_given, metavar="FILE", help="Read the client's secret from a file; - is standard input."
        ),
    ] = None,
    saml: Annotated[
        str | None,
        typer.Option(metavar="METADATA", help="The metadata of the SAML provider where users sign in: a file or URL."),
    ] = None,
    name: Name = "docent",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace an application of another provider; all its data is lost.")
    ] = False,
    as_json: AsJson = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Create an application with all it needs, or correct it. If it was interrupted, run it again: it continues."""
    from cli.qbusiness.creation import set_up
    from cli.qbusiness.provider import OpenId, Saml

    if (oidc is None) == (saml is None):
        raise CommandError("Say where users sign in: --oidc ISSUER --client-id ID, or --saml METADATA.")
    if oidc is None:
        assert saml is not None
        provider: Provider = Saml.at(saml)
    else:
        if not client_id:
            raise CommandError("Give Docent's client id at the provider: --client-id ID.")
        provider = OpenId(oidc, client_id, _secret(client_secret, client_secret_file))
        provider.check()
    target = Target(stack, region)
    with err.status("looking for existing resources") as status:
        made = set_up(target, provider, _step, status.update, name, replace)
    to_register = _to_register(made, _api_urls(target))
    if as_json:
        print_json({"parameters": made.parameters, "register": to_register})
    else:
        _show(out, made.parameters, to_register)


@app.command()
def delete(
    name: Name = "docent",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    stack: Stack = None,
    region: Region = None,
) -> None:
    """Delete what `create` made, and nothing else."""
    from cli.qbusiness.deletion import Deletion

    with err.status("looking for existing resources"):
        deletion = Deletion(Target(stack, region), name)
    for left in deletion.left:
        say(left)
    if not deletion.belongings:
        say(f"There is nothing named {name} to delete.")
        return
    if not yes:
        for each in deletion.belongings:
            say(f"  {each.what}")
        typer.confirm("Delete these, with everything in the index and all conversations?", abort=True, err=True)
    with err.status("deleting") as status:
        deletion.run(say, status.update)


def _step(line: str) -> None:
    err.print(f"[green]✓[/] {escape(line)}", highlight=False, emoji=False, soft_wrap=True)


def _secret(ask: bool, file: Path | None) -> str | None:
    if ask:
        return typer.prompt("The client's secret", hide_input=True, err=True)
    if file is None:
        return None
    try:
        secret = (sys.stdin.read() if str(file) == "-" else file.read_text()).strip()
    except (OSError, ValueError) as error:
        raise CommandError(f"The secret cannot be read from {file} ({type(error).__name__}).") from error
    if not secret:
        raise CommandError(f"There is no secret in {file}.")
    return secret


def _api_urls(target: Target) -> tuple[str, str]:
    """The address of the deployed API, and that which it has in the console; placeholders if the stack is not deployed
    yet."""
    try:
        return target.outputs["ApiUrl"], f"{target.outputs['ConsoleUrl']}/api"
    except CommandError:
        return "<ApiUrl>", "<ConsoleUrl>/api"


def _to_register(made: "Made", api_urls: tuple[str, ...]) -> dict[str, Any]:
    """What to register with the identity provider."""
    saml_provider = made.parameters.get("ChatSamlProviderArn")
    if saml_provider is None:
        return {
            "redirect_uris": [f"{each}/oidc/callback" for each in api_urls]
            + ([f"{made.endpoint}authorization-code/callback"] if made.endpoint else []),
            "post_logout_redirect_uris": [f"{each}/oidc/logout" for each in api_urls],
            "claims": {"https://aws.amazon.com/tags": {"principal_tags": {"Email": [ADDRESS]}}},
        }
    return {
        "assertion_consumer_urls": [f"{each}/saml/acs" for each in api_urls]
        + ([f"{made.endpoint}saml"] if made.endpoint else []),
        "audience": "urn:amazon:webservices",
        "recipient": SAML_AUDIENCE,
        "attributes": {
            f"{ATTRIBUTES}Role": f"{made.parameters['QBusinessRoleArn']},{saml_provider}",
            f"{ATTRIBUTES}RoleSessionName": ADDRESS,
            f"{ATTRIBUTES}PrincipalTag:Email": ADDRESS,
        },
    }


def _show(console: Console, parameters: dict[str, str], to_register: dict[str, Any]) -> None:
    lines = ["", "Register with the identity provider:"]
    for what, value in to_register.items():
        lines += [f"  {what.replace('_', ' ')}:", *(f"    {line}" for line in _lines(value))]
    lines += ["", "Then deploy with it:", "  sam deploy --parameter-overrides \\"]
    lines += [" \\\n".join(f"    {name}={value}" for name, value in parameters.items())]
    console.print("\n".join(lines), highlight=False, markup=False, emoji=False, soft_wrap=True)


def _lines(value: Any) -> list[str]:
    match value:
        case dict():
            return [
                f"{name} = {inner if isinstance(inner, str) else json.dumps(inner)}" for name, inner in value.items()
            ]
        case list():
            return value
        case _:
            return [value]
