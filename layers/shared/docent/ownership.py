"""What readers and owners may do with one document, and how owners say who reads it.

What a caller may not read does not exist for them: it is not found, by the same look-up and in the same words.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from docent.callers import Caller
from docent.document_rows import DocumentRow, read_rows
from docent.errors import NotFoundError
from docent.errors.documents import InvalidReadersError, NotTheirsError
from docent.errors.operations import NotAnOperatorError
from docent.readers import Readers


def find_readable(table: str, document_id: str, caller: Caller) -> DocumentRow:
    """The row of a document that the caller may read. Raises NotFoundError for any other."""
    row = read_rows(table, [document_id]).get(document_id)
    if row is None or not row.may_be_read_by(caller):
        raise not_found()
    return row


def find_owned(table: str, document_id: str, caller: Caller) -> DocumentRow:
    """The row of a document of the caller's own, even of one that somebody denied them.

    Raises NotTheirsError for what the caller may only read, NotFoundError for any other.
    """
    row = read_rows(table, [document_id]).get(document_id)
    if row is None or not (row.is_owned_by(caller) or row.may_be_read_by(caller)):
        raise not_found()
    if not row.is_owned_by(caller):
        raise NotTheirsError("The document belongs to somebody else.")
    return row


def find_operable(table: str, document_id: str, caller: Caller, operators: str) -> DocumentRow:
    """The row of a document whose work the caller looks after: of their own, or as a member of the group of operators.

    Raises NotTheirsError and NotFoundError as `find_owned`.
    """
    if is_operator(caller, operators):
        row = read_rows(table, [document_id]).get(document_id)
        if row is None:
            raise not_found()
        return row
    return find_owned(table, document_id, caller)


def is_operator(caller: Caller, operators: str) -> bool:
    """Whether the caller is in the group of operators, who see how work goes but not what documents say."""
    return operators in caller.groups


def check_operator(caller: Caller, operators: str) -> None:
    """Raises NotAnOperatorError for callers who are not in the group of operators."""
    if not is_operator(caller, operators):
        raise NotAnOperatorError(f"Only members of the group {operators} can do this, and you are none.")


def not_found() -> NotFoundError:
    return NotFoundError("There is no such document.")


def readers_named_by(owner: Caller, named: Mapping[str, Any]) -> Readers:
    """The readers that the owner names, as `Readers` of openapi.yaml, and always the owner.

    Raises InvalidReadersError when there are too many, or when the owner denies themselves: they could then
    never find the document again to correct it.
    """
    readers = Readers.from_json(named)
    if owner.user in readers.denied_users:
        raise InvalidReadersError("You cannot deny yourself what is yours.")
    return replace(readers, users=readers.users | {owner.user})
