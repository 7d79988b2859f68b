"""The task token of a request that waits for people."""

from docent.table_rows import change_row
from governing.subscriptions import subscription_key


def keep_token(table: str, subscription_id: str, task_token: str) -> bool:
    """False if the request no longer waits."""
    return change_row(
        table,
        subscription_key(subscription_id),
        "SET task_token = :token",
        "#status = :waiting",
        {"token": task_token, "waiting": "WAITING"},
        "reviewers were asked",
    )
