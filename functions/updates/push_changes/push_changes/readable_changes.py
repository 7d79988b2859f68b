"""What changed, by the keys in a table's stream, and who may hear of it: those who may read it, as it is now.

A stream tells of the past. So the rows are read again: a reader at the time of the change may no longer be one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docent import debate_runs, questionnaire_rows, summary_jobs
from docent.callers import Caller
from docent.debate_runs import RunRow
from docent.document_rows import DocumentRow, owner_of, read_rows
from docent.grants import subscribers_of, with_products
from docent.questionnaire_rows import QuestionnaireRow
from docent.questionnaires import QUESTIONNAIRE
from docent.readers import Readers
from docent.summary_jobs import JobRow
from docent.watchers import owner_name


@dataclass(frozen=True, slots=True)
class Change:
    """`names` are those under which somebody who may hear of it can be connected."""

    kind: str
    id: str
    status: str
    names: tuple[str, ...]
    may_be_heard_by: Callable[[Caller], bool]

    def to_message(self) -> dict[str, str]:
        return {"type": "changed", "kind": self.kind, "id": self.id, "status": self.status}


@dataclass(frozen=True, slots=True)
class Tables:
    documents: str
    questionnaires: str
    summaries: str
    debates: str
    grants: str

    def changes(self, records: Iterable[Mapping[str, Any]], now: float) -> Iterator[Change]:
        """Each thing that changed once, as it is now; none of what is gone."""
        keys = list(dict.fromkeys(_key(record) for record in records))
        documents = read_rows(self.documents, [name for table, name, _ in keys if table == self.documents])
        yield from (self._of_document(row, now) for row in documents.values())
        for table, name, item in keys:
            # The partition of a questionnaire has items of other kinds, too.
            if table == self.questionnaires and item == QUESTIONNAIRE:
                if questionnaire := questionnaire_rows.read_row(table, name):
                    yield _of_questionnaire(questionnaire)
            elif table == self.summaries and (job := summary_jobs.read_job(table, name)):
                yield _of_owner("summary", name, job)
            elif table == self.debates and (run := debate_runs.read_run(table, name)):
                yield _of_owner("debate", name, run)

    def _of_document(self, row: DocumentRow, now: float) -> Change:
        """The connections are found by the names of those to whom its products are granted."""
        names = (owner_name(owner_of(row.key)), *row.readers.names)
        if not row.readers.products:
            return Change("document", row.document_id, row.status, names, row.may_be_read_by)
        subscribers = subscribers_of(self.grants, row.readers.products, now)

        def may_be_heard_by(caller: Caller) -> bool:
            return row.may_be_read_by(with_products(caller, self.grants, now))

        return Change("document", row.document_id, row.status, (*names, *sorted(subscribers)), may_be_heard_by)


def _key(record: Mapping[str, Any]) -> tuple[str, str, str]:
    """The table, the id, and the sort key or nothing."""
    keys = {name: value["S"] for name, value in record["dynamodb"]["Keys"].items()}
    item = keys.pop("item", "")
    return record["eventSourceARN"].split("/")[1], next(iter(keys.values())), item


def _of_questionnaire(row: QuestionnaireRow) -> Change:
    """One that was put straight into the bucket belongs to all members of its group."""
    owners = Readers(groups=frozenset(row.owner.groups) if not row.owner.subject else frozenset())
    names = (owner_name(row.owner.subject), *row.readers.names, *owners.names)
    return Change("questionnaire", row.questionnaire_id, row.status, names, row.may_be_read_by)


def _of_owner(kind: str, id: str, row: JobRow | RunRow) -> Change:
    """What nobody but its owner sees."""
    subject = row.owner.subject
    names = (owner_name(subject),)
    return Change(kind, id, row.status, names, lambda caller: bool(subject) and caller.subject == subject)
