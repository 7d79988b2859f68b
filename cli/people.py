"""Those who may sign in: what an operator does to the user pool, and the one user of this machine."""

import contextlib
import secrets
import string
from collections.abc import Callable, Iterable
from typing import Any

from cli.session import Session, read_secret, write_secret
from cli.signing_in import by_password
from cli.target import CommandError, Target

# Who `docent up` signs in on this machine, and the group they are in.
LOCAL_USER = "you@example.com"
LOCAL_GROUP = "everyone"
PASSWORD_LENGTH = 20


def new_password() -> str:
    """Random, and of every kind of sign that the pool asks for."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.!")
    signs = [secrets.choice(kind) for kind in kinds]
    signs += [secrets.choice("".join(kinds)) for _ in range(PASSWORD_LENGTH - len(signs))]
    secrets.SystemRandom().shuffle(signs)
    return "".join(signs)


def add_user(target: Target, email: str, groups: Iterable[str], password: str | None = None) -> str | None:
    """Make a user, or give one who is there the groups too, and the password if there is one.

    Returns the password with which a new user signs in once, when none was given. Their address is taken as
    verified: whoever adds them vouches for it.
    """
    client, pool = target.client("cognito-idp"), target.outputs["UserPoolId"]
    once = None if password else new_password()
    try:
        client.admin_create_user(
            UserPoolId=pool,
            Username=email,
            MessageAction="SUPPRESS",
            TemporaryPassword=once or new_password(),
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
    except client.exceptions.UsernameExistsException:
        once = None
    if password:
        try:
            client.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
        except client.exceptions.InvalidPasswordException as error:
            raise CommandError(f"That password will not do: {error.response['Error']['Message']}") from error
    for group in groups:
        with contextlib.suppress(client.exceptions.GroupExistsException):
            client.create_group(UserPoolId=pool, GroupName=group)
        client.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    return once


def remove_user(target: Target, email: str) -> None:
    """They are signed out everywhere and cannot sign in; tokens they have are good for an hour at most."""
    client: Any = target.client("cognito-idp")
    pool = target.outputs["UserPoolId"]
    try:
        client.admin_user_global_sign_out(UserPoolId=pool, Username=email)
        client.admin_delete_user(UserPoolId=pool, Username=email)
    except client.exceptions.UserNotFoundException as error:
        raise CommandError(f"There is no user {email}.") from error


def sign_in_locally(target: Target, say: Callable[[str], None]) -> None:
    """Have a user on this machine, and sign in as they unless somebody is signed in."""
    session = Session(target)
    you = read_secret(session.local_password)
    if not you:
        you = {"email": LOCAL_USER, "password": new_password()}
        write_secret(session.local_password, you)
    add_user(target, you["email"], [LOCAL_GROUP], you["password"])
    if session.tokens is None:
        session.keep(by_password(target, you["email"], you["password"], new_password))
        say(f"You are signed in as {you['email']}, of the group {LOCAL_GROUP}.")
