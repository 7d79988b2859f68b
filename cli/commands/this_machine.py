"""Start and stop AWS on this machine."""

from typing import Annotated, Literal

import typer

from cli import showing
from cli.commands import Panel
from cli.target import CommandError, Target
from cli.terminal import out, say
from local.settings import LocalSettings

app = typer.Typer(rich_help_panel=Panel.THIS_MACHINE)


@app.command()
def up(
    kind: Annotated[
        Literal["oidc", "saml"] | None, typer.Argument(help="The kind of --idp. The default is oidc.")
    ] = None,
    idp: Annotated[
        bool | None,
        typer.Option(
            "--idp/--no-idp", help="Start an identity provider with the users Mary and Mateo. Kept until --no-idp."
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(help="A template parameter, NAME=VALUE. The next `docent up` resets those it does not name."),
    ] = None,
    models: Annotated[
        Literal["standard", "better"] | None,
        typer.Option(help="The models of the local search. `better` downloads 164 MB once. Kept until `standard`."),
    ] = None,
    index: Annotated[
        Literal["kendra", "s3_vectors"] | None,
        typer.Option(help="The index that questions are answered from. Kept; the first is kendra."),
    ] = None,
) -> None:
    """Start AWS on this machine and deploy the template to it."""
    from cli import identity_providers, machine
    from cli.local_stack import bring_up
    from cli.sam_parameters import override

    settings = LocalSettings.from_environment()
    if idp is False and kind:
        raise CommandError(f"--no-idp cannot be combined with {kind}.")
    wanted = kind or ("oidc" if idp else identity_providers.chosen(settings))
    given = machine.named_parameters(parameter or [])
    for name, value in given.items():
        override(name, value)  # refused before anything is started
    bring_up(settings, None if idp is False else wanted, given, models, index)
    showing.how_to_go_on(out, settings, Target(local=settings).outputs)


@app.command()
def down(wipe: Annotated[bool, typer.Option(help="Delete all its state too.")] = False) -> None:
    """Stop AWS on this machine. Its state is kept."""
    from cli import identity_providers, machine

    settings = LocalSettings.from_environment()
    identity_providers.stop(settings, say)
    machine.stop(settings, say)
    if wipe:
        machine.wipe(settings)
        say(f"{settings.home} is deleted.")


@app.command()
def demo() -> None:
    """Start everything, ingest the samples, and ask about an image in one of them. `make run` runs this."""
    from cli import identity_providers
    from cli.demo import run_demo
    from cli.local_stack import bring_up

    settings = LocalSettings.from_environment()
    bring_up(settings, identity_providers.chosen(settings), {})
    run_demo(Target(local=settings), out)
    showing.how_to_go_on(out, settings, Target(local=settings).outputs)
