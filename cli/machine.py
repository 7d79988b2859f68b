"""AWS on this machine: start it, build and deploy the template with SAM, stop it."""

import contextlib
import fcntl
import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil

from cli.background import PROJECT, Background, answer, refuse_taken
from cli.target import LOCAL_STACK, CommandError
from cli.template import template
from local import home
from local.controls import HOME
from local.settings import MODEL_VARIABLES, LocalSettings

# The files of a deployment. If one of them changes, the next `docent up` builds and deploys again.
DEPLOYED = ("template.yaml", "samconfig.toml", "functions", "layers", "statemachines", "foundation/gateway.json")
# The local user's group, which can read every document that names no readers.
EVERYONE = "everyone"

type Say = Callable[[str], None]


def local_parameters(settings: LocalSettings) -> dict[str, str]:
    """Fixed names, which the sample events and the documentation use, and the kept parameters."""
    return {
        "SourceBucketName": "docent-documents",
        "DerivedBucketName": "docent-derived",
        "EndpointUrl": settings.url,
        "DefaultReaderGroup": EVERYONE,
        "OperatorsGroup": EVERYONE,
        "FlowEditorsGroup": EVERYONE,
        # No limits on this machine: tests and benchmarks ask faster than people.
        "RequestsPerMinute": "1000000",
        "ApiRateLimit": "10000",
        **_index_parameters(settings),
    } | kept_parameters(settings)


def _index_parameters(settings: LocalSettings) -> dict[str, str]:
    former = settings.former_index or ""
    # A parameter that SAM is not given keeps its value in the stack, so an empty one is given too.
    edition = "DEVELOPER_EDITION" if "kendra" in (settings.index, former) else ""
    return {"SearchIndex": settings.index, "FormerSearchIndex": former, "KendraEdition": edition}


def kept_parameters(settings: LocalSettings) -> dict[str, str]:
    """Template parameters that every deployment gets until others are kept."""
    file = _parameters_file(settings)
    return json.loads(file.read_text()) if file.exists() else {}


def keep_parameters(settings: LocalSettings, parameters: Mapping[str, str]) -> None:
    """Keep these parameters; those that were kept before get the template's default again.

    A parameter that SAM is not given keeps its value in the stack, so the default is given explicitly.
    """
    before = kept_parameters(settings)
    if not before.keys() | parameters.keys():
        return
    known = template()["Parameters"]
    if unknown := parameters.keys() - known.keys():
        raise CommandError(f"The template has no parameter {', '.join(sorted(unknown))}.")
    gone = {name: str(known[name]["Default"]) for name in before if name in known and "Default" in known[name]}
    _parameters_file(settings).write_text(json.dumps(gone | dict(parameters), indent=2))


def named_parameters(words: list[str]) -> dict[str, str]:
    """Each word is NAME=VALUE; the value can be empty and can contain `=`."""
    for word in words:
        if "=" not in word:
            raise CommandError(f"Give the parameter {word} a value: --parameter {word}=VALUE.")
    return dict(word.split("=", 1) for word in words)


def _parameters_file(settings: LocalSettings) -> Path:
    return settings.home / "parameters.json"


def is_up(settings: LocalSettings) -> bool:
    """Whether the server of this home answers."""
    return _home_at(settings) == str(settings.home)


def is_running(settings: LocalSettings) -> bool:
    """Whether this home has a server, even one that does not answer yet."""
    return _server(settings).process is not None


def _home_at(settings: LocalSettings) -> str | None:
    """The home of the server that answers at the port."""
    try:
        return json.loads(answer(f"{settings.url}{HOME}") or "{}").get("home")
    except (ValueError, AttributeError):
        return None  # another program


def start(settings: LocalSettings, say: Say) -> None:
    """Start the server in the background unless it is running.

    Raises CommandError with the end of its log, or with the program that has the port.
    """
    server = _server(settings)
    if is_up(settings):
        if not _has_another_model(server):
            say(f"AWS on this machine is running at {settings.url}.")
            return
        say("The language model is another one than before, so AWS on this machine is started again.")
        server.stop()
    _refuse_another(settings, server)
    say(f"Starting AWS on this machine at {settings.url} …")
    # Many threads start and end. With an arena for each of them, freed memory is not returned to the system.
    told = {"DOCENT_HOME": str(settings.home), "DOCENT_PORT": str(settings.port), "SFN_WAIT_SCALE": settings.wait_scale}
    environment = _without_bytecode_ban() | told | {"MALLOC_ARENA_MAX": "2"}
    server.start(sys.executable, lambda: is_up(settings), environment)


def _has_another_model(server: Background) -> bool:
    """Whether the running server was started with other variables for its language model than there are now."""
    if running := server.process:
        with contextlib.suppress(psutil.Error):
            before = running.environ()
            return any(before.get(name, "") != os.environ.get(name, "") for name in MODEL_VARIABLES)
    return False


def _refuse_another(settings: LocalSettings, server: Background) -> None:
    """Raise CommandError if another program has the port, or this home's server another port."""
    if running := server.process:
        with contextlib.suppress(psutil.Error):
            port = running.environ().get("DOCENT_PORT", str(settings.port))
            if port != str(settings.port):
                raise CommandError(
                    f"The stack of {settings.home} is running at port {port}. "
                    f"Set DOCENT_PORT={port}, or stop it with `docent down` first."
                )
        return
    if other := _home_at(settings):
        raise CommandError(
            f"Port {settings.port} has the stack of {other}. "
            f"Stop it with `DOCENT_HOME={shlex.quote(other)} docent down`, or choose another port with DOCENT_PORT."
        )
    refuse_taken(settings.port)


def _server(settings: LocalSettings) -> Background:
    # The server reads its home from the environment; here it makes the command line this home's own.
    words = ("-m", "local", str(settings.home))
    return Background("AWS on this machine", words, settings.pid_file, settings.log)


def _without_bytecode_ban() -> dict[str, str]:
    """Workers start often, and without compiled bytecode each start takes seconds."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def stop(settings: LocalSettings, say: Say) -> None:
    """Save the state and stop the server, if it is running."""
    if _server(settings).stop():
        say(f"Stopped. The state is kept in {settings.home}; `docent down --wipe` deletes it.")
    else:
        say("AWS on this machine is not running.")


def wipe(settings: LocalSettings) -> None:
    """Delete the home. Raises CommandError if it is not one."""
    try:
        home.delete(settings.home)
    except (home.NotOurFolderError, OSError) as error:
        raise CommandError(str(error)) from error


def claim(settings: LocalSettings) -> None:
    """Make the home ours and private. Raises CommandError if other things are in it."""
    try:
        home.claim(settings.home)
    except home.NotOurFolderError as error:
        raise CommandError(str(error)) from error


def deploy(settings: LocalSettings, say: Say) -> bool:
    """`sam build` and `sam deploy`, if anything changed since the last time; true if it did."""
    parameters, files = local_parameters(settings), _fingerprint()
    stamp, now = _deployed(settings), f"{files} {sorted(parameters.items())}"
    if stamp.exists() and stamp.read_text() == now and _stack_is_there(settings):
        say("The deployed stack is up to date.")
        return False
    from cli.sam_parameters import override

    build(settings, say)
    say("sam deploy …")
    _delete_failed_stack(settings)
    _sam(
        settings,
        "deploy",
        "--config-file",
        str(PROJECT / "samconfig.toml"),
        "--template-file",
        str((settings.home / "build" / "template.yaml").resolve()),  # the paths in it are relative to where it is
        "--stack-name",
        LOCAL_STACK,
        "--parameter-overrides",
        *(override(name, value) for name, value in parameters.items()),
        "--no-confirm-changeset",
        "--no-fail-on-empty-changeset",
        "--no-progressbar",
    )
    stamp.write_text(now)
    return True


def was_deployed(settings: LocalSettings) -> bool:
    """Whether the template was ever deployed to this home."""
    return _deployed(settings).exists()


def _deployed(settings: LocalSettings) -> Path:
    return settings.home / "deployed"


def build(settings: LocalSettings, say: Say) -> None:
    """`sam build`, unless these files are already built: parameters do not affect a build."""
    files, folder, stamp = _fingerprint(), settings.home / "build", settings.home / "built"
    if folder.exists() and stamp.exists() and stamp.read_text() == files:
        return
    say("sam build …")
    with _building():
        try:
            _sam(settings, "build", "--build-dir", str(folder), "--cache-dir", str(settings.home / "cache"))
        finally:
            home.make_private(settings.home)  # SAM keeps the permissions of the files it copies
    stamp.write_text(files)


@contextlib.contextmanager
def _building() -> Iterator[None]:
    """One build at a time: SAM has one cache in the project's folder."""
    with (Path(sys.prefix) / "sam-build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sam(settings: LocalSettings, *words: str) -> None:
    """Run SAM in this interpreter's environment (cli/sam.py). Raises CommandError with the end of its output."""
    tools = str(Path(sys.executable).parent)
    environment = os.environ | settings.client_environment() | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-m", "cli.sam", *words],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        umask=0o077,
    )
    report = settings.home / f"sam-{words[0]}.log"
    report.write_text(done.stdout)
    if done.returncode:
        failures = [line for line in done.stdout.splitlines() if "FAILED" in line or line.startswith("Error")]
        tail = "\n".join(failures or done.stdout.splitlines()[-15:])
        raise CommandError(f"`sam {words[0]}` failed. The full log is in {report}:\n{tail}")


def _delete_failed_stack(settings: LocalSettings) -> None:
    """Delete a stack whose creation failed: CloudFormation cannot update it."""
    from cli.target import Target

    cloudformation = Target(local=settings).cloudformation
    for stack in cloudformation.describe_stacks()["Stacks"]:
        if stack["StackName"] == LOCAL_STACK and stack["StackStatus"] in (
            "ROLLBACK_COMPLETE",
            "CREATE_FAILED",
        ):
            cloudformation.delete_stack(StackName=LOCAL_STACK)
            cloudformation.get_waiter("stack_delete_complete").wait(StackName=LOCAL_STACK)


def _stack_is_there(settings: LocalSettings) -> bool:
    from cli.target import Target

    try:
        return bool(Target(local=settings).outputs)
    except CommandError:
        return False


def _fingerprint() -> str:
    """A hash of the files of a deployment."""
    digest = hashlib.sha256()
    for path in _deployed_files():
        digest.update(str(path.relative_to(PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _deployed_files() -> Iterator[Path]:
    for name in DEPLOYED:
        path = PROJECT / name
        if path.is_file():
            yield path
        else:
            yield from sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
