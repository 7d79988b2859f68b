"""Tell those who are connected what changed. Called with the changes of the tables of documents, questionnaires,
jobs of summaries and runs of debates, by their streams.

in   a DynamoDB stream event with keys
out  nothing; `{"type": "changed", "kind", "id", "status"}` to each connection whose caller may read what changed

The same change may be pushed more than once, and late: clients ask the API for what there is now.
"""

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import connections
from docent.settings import read_settings
from docent.watchers import Watcher, watchers_named
from push_changes.readable_changes import Change, Tables

logger = Logger()
tracer = Tracer()

# Messages sent at the same time: the SDK keeps this many connections.
THREADS = 10


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    grants_table: str
    questionnaires_table: str
    summaries_table: str
    debates_table: str
    connections_table: str
    connections_url: str

    @property
    def tables(self) -> Tables:
        return Tables(
            self.documents_table,
            self.questionnaires_table,
            self.summaries_table,
            self.debates_table,
            self.grants_table,
        )


@cache
def settings() -> Settings:
    return read_settings(Settings)


def push(records: list[Mapping[str, Any]], now: float) -> tuple[int, int]:
    """How many messages were sent, and how many connections were gone."""
    to_send = [
        (watcher, change)
        for change in settings().tables.changes(records, now)
        for watcher in watchers_named(settings().connections_table, change.names)
        if watcher.caller.expires_at > now and change.may_be_heard_by(watcher.caller)
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        sent = list(pool.map(lambda each: send(*each), to_send))
    return sum(sent), len(sent) - sum(sent)


def send(watcher: Watcher, change: Change) -> bool:
    """Whether it was sent. Of a client that is gone, nothing is kept."""
    data = json.dumps(change.to_message()).encode()
    client = connections(settings().connections_url)
    try:
        client.post_to_connection(ConnectionId=watcher.connection_id, Data=data)
    except client.exceptions.GoneException:
        watcher.remove(settings().connections_table)
        return False
    except (ClientError, BotoCoreError) as error:
        # One client must not keep the others from hearing. It asks by itself, if less often.
        logger.warning("change not pushed", error=type(error).__name__)
        return False
    return True


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    sent, gone = push(event["Records"], time.time())
    logger.info("changes pushed", sent=sent, not_sent=gone)
