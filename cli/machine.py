"""AWS on this machine: start it, build and deploy the template with SAM, stop it."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from cli.target import LOCAL_STACK, CommandError
from local.settings import LocalSettings

PROJECT = Path(__file__).resolve().parent.parent
# What a deployment is made of; a change in any of it makes the next `docent up` build and deploy again.
DEPLOYED = ("template.yaml", "samconfig.toml", "functions", "layers", "statemachines", "api")
# Whoever `docent up` makes may read what is put into the bucket without more words.
EVERYONE = "everyone"
START_SECONDS = 60
STOP_SECONDS = 30

type Say = Callable[[str], None]


def local_parameters(settings: LocalSettings) -> dict[str, str]:
    """Names that the sample events and the documentation can count on."""
    return {
        "SourceBucketName": "docent-documents",
        "DerivedBucketName": "docent-derived",
        "EndpointUrl": settings.url,
        "DefaultReaderGroup": EVERYONE,
    }


def is_up(settings: LocalSettings) -> bool:
    try:
        with urllib.request.urlopen(f"{settings.url}/_docent/faults", timeout=2) as reply:  # noqa: S310 - our own URL
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def start(settings: LocalSettings, say: Say) -> None:
    """Start the server in the background, unless it runs. Raises CommandError with the end of its log."""
    if is_up(settings):
        say(f"AWS on this machine answers at {settings.url}.")
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    say(f"Starting AWS on this machine at {settings.url} …")
    with settings.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local"],
            cwd=PROJECT,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            # Many threads come and go: with an arena for each of them, memory that was freed is not given back.
            env=_without_bytecode_ban() | {"DOCENT_HOME": str(settings.home), "MALLOC_ARENA_MAX": "2"},
        )
    settings.pid_file.write_text(str(process.pid))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if is_up(settings):
            process.returncode = 0  # it outlives this command; nobody here will wait for it
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    tail = "\n".join(settings.log.read_text(errors="replace").splitlines()[-15:])
    raise CommandError(f"AWS on this machine did not start; {settings.log} ends with:\n{tail}")


def _without_bytecode_ban() -> dict[str, str]:
    """Workers start often: without compiled bytecode each start takes seconds."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def stop(settings: LocalSettings, say: Say) -> None:
    """Stop the server, its state saved. Says so when there was nothing to stop."""
    pid = int(settings.pid_file.read_text()) if settings.pid_file.exists() else None
    if pid is None or not _is_running(pid):
        say("AWS on this machine is not running.")
        settings.pid_file.unlink(missing_ok=True)
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    if _is_running(pid):
        os.killpg(pid, signal.SIGKILL)
    settings.pid_file.unlink(missing_ok=True)
    say(f"Stopped. The state stays in {settings.home}; `docent down --wipe` deletes it.")


def _is_running(pid: int) -> bool:
    try:
        # A child of ours that ended stays a zombie until it is waited for.
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wipe(settings: LocalSettings) -> None:
    shutil.rmtree(settings.home, ignore_errors=True)


def deploy(settings: LocalSettings, say: Say, more_parameters: dict[str, str] | None = None) -> bool:
    """`sam build` and `sam deploy`, if anything changed since the last time; tells whether it did."""
    parameters = local_parameters(settings) | (more_parameters or {})
    stamp, now = settings.home / "deployed", _fingerprint(parameters)
    if stamp.exists() and stamp.read_text() == now and _stack_is_there(settings):
        say("The deployed stack is up to date.")
        return False
    say("sam build …")
    _sam(
        settings,
        "build",
        "--build-dir",
        str(settings.home / "build"),
        "--cache-dir",
        str(settings.home / "cache"),
    )
    say("sam deploy …")
    _delete_failed_stack(settings)
    _sam(
        settings,
        "deploy",
        "--config-file",
        str(PROJECT / "samconfig.toml"),
        "--template-file",
        str(settings.home / "build" / "template.yaml"),
        "--stack-name",
        LOCAL_STACK,
        "--parameter-overrides",
        *(f"{name}={value}" for name, value in parameters.items()),
        "--no-confirm-changeset",
        "--no-fail-on-empty-changeset",
        "--no-progressbar",
    )
    stamp.write_text(now)
    return True


@contextlib.contextmanager
def _building() -> Iterator[None]:
    """One build at a time: SAM keeps what it caches in the project's folder."""
    with (Path(sys.prefix) / "sam-build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sam(settings: LocalSettings, *words: str) -> None:
    """Run SAM from this interpreter's environment. Raises CommandError with the end of what it said."""
    tools = str(Path(sys.executable).parent)
    environment = os.environ | settings.client_environment() | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["sam", *words],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    report = settings.home / f"sam-{words[0]}.log"
    report.write_text(done.stdout)
    if done.returncode:
        failures = [line for line in done.stdout.splitlines() if "FAILED" in line or line.startswith("Error")]
        tail = "\n".join(failures or done.stdout.splitlines()[-15:])
        raise CommandError(f"`sam {words[0]}` failed; {report} has all of it:\n{tail}")


def _delete_failed_stack(settings: LocalSettings) -> None:
    """CloudFormation can only delete a stack whose first creation failed."""
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


def _fingerprint(parameters: dict[str, str]) -> str:
    digest = hashlib.sha256(repr(sorted(parameters.items())).encode())
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
