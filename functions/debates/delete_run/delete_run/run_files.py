"""The files of a run in the source bucket."""

from docent.debate_runs import RunRow, cases_key
from docent.derived_keys import DEBATES
from docent.objects import delete_object


def delete_files(row: RunRow) -> None:
    """Those that its owner uploaded. The bucket keeps versions: this hides them behind delete markers."""
    bucket, key = row.values["source"]["bucket"], row.values["source"]["key"]
    if key.startswith(f"{DEBATES}{row.owner.subject}/"):
        for each in (cases_key(key), key):
            delete_object(bucket, each)
