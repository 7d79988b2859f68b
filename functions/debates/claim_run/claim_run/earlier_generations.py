"""What earlier versions of a file of cases left: the verdicts to compare with, and what nobody needs any more."""

from docent.debate_runs import RunRow
from docent.derived_keys import DebateKeys, debates_prefix
from docent.documents import Document, ObjectPointer
from docent.objects import delete_prefix, list_folders


def previous_verdicts(bucket: str, document: Document, before: RunRow | None) -> ObjectPointer | None:
    """Those of the last generation that was judged, if it is not this one."""
    if before is None or (judged := before.values.get("judged")) in (None, document.generation):
        return None
    return ObjectPointer(bucket, DebateKeys(before.run_id, judged).verdicts)


def delete_earlier(bucket: str, document: Document, before: RunRow | None) -> None:
    """All but the last generation that was judged, and this one."""
    kept = {document.generation, before.values.get("judged") if before else None}
    for generation in list_folders(bucket, debates_prefix(document.document_id)):
        if generation < document.generation and generation not in kept:
            delete_prefix(bucket, DebateKeys(document.document_id, generation).prefix)
