"""The users of the user pool, and the local user of this machine."""

import contextlib
import secrets
import string
from collections.abc import Callable, Iterable
from typing import Any

from cli.machine import EVERYONE
from cli.session import Session, read_secret, write_secret
from cli.signing_in import by_password
from cli.target import CommandError, Target

# The user that `docent up` signs in on this machine.
LOCAL_USER = "you@example.com"
PASSWORD_LENGTH = 20


def new_password() -> str:
    """A random password with every kind of character that the user pool requires."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.!")
    signs = [secrets.choice(kind) for kind in kinds]
    signs += [secrets.choice("".join(kinds)) for _ in range(PASSWORD_LENGTH - len(signs))]
    secrets.SystemRandom().shuffle(signs)
    return "".join(signs)


def add_user(target: Target, email: str, groups: Iterable[str], password: str | None = None) -> str | None:
    """Create a user, or add an existing user to the groups; set the password if one is given.

    Returns the temporary password of a new user if none was given. The e-mail address is marked as verified: the
    operator who adds the user is trusted with it.
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
            raise CommandError(f"That password is not allowed: {error.response['Error']['Message']}") from error
    for group in groups:
        with contextlib.suppress(client.exceptions.GroupExistsException):
            client.create_group(UserPoolId=pool, GroupName=group)
        client.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    return once


def remove_user(target: Target, email: str) -> None:
    """Delete a user and sign them out everywhere; their id tokens stay valid for up to an hour."""
    client: Any = target.client("cognito-idp")
    pool = target.outputs["UserPoolId"]
    try:
        client.admin_user_global_sign_out(UserPoolId=pool, Username=email)
        client.admin_delete_user(UserPoolId=pool, Username=email)
    except client.exceptions.UserNotFoundException as error:
        raise CommandError(f"There is no user {email}.") from error


def sign_in_locally(target: Target, say: Callable[[str], None]) -> None:
    """Create the local user if needed, and sign in as that user unless someone is signed in."""
    session = Session(target)
    you = read_secret(session.local_password)
    if not you:
        you = {"email": LOCAL_USER, "password": new_password()}
        write_secret(session.local_password, you)
    add_user(target, you["email"], [EVERYONE], you["password"])
    if session.tokens is None:
        session.keep(by_password(target, you["email"], you["password"], new_password))
        say(f"You are signed in as {you['email']}, a member of the group {EVERYONE}.")
