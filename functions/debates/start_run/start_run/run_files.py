"""The file whose arrival starts a run, with what its owner asked for as metadata."""

from collections.abc import Mapping
from typing import Any

from docent.debate_runs import RunRow, cases_key, metadata_of
from docent.errors import NotFoundError
from docent.errors.ingest import MissingDocumentError
from docent.objects import copy_with_metadata


def put_run_file(row: RunRow, options: Mapping[str, Any]) -> None:
    """Raises NotFoundError if there is no file of cases."""
    bucket, key = row.values["source"]["bucket"], row.values["source"]["key"]
    for source in (cases_key(key), key):
        try:
            copy_with_metadata(bucket, source, key, metadata_of(options))
        except MissingDocumentError:
            continue
        return
    raise NotFoundError(f"The cases of {row.name} were not uploaded.")
