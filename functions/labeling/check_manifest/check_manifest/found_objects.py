"""Whether the objects that a manifest names are there, and hold something."""

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from check_manifest.read_lines import SHOWN, whole_lines
from docent.clients import s3
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, from_aws
from docent.objects import MISSING_CODES, read_parts

# As many as S3's client has connections.
AT_ONCE = 10
BATCH = 200


def check_objects(clips: ObjectPointer, checked: Mapping[str, Any], is_time_over: Callable[[], bool]) -> dict[str, Any]:
    """`checked` with what was found from its offset on."""
    offset, problems, count = checked["offset"], list(checked["problems"]), checked["problem_count"]
    s3()  # before threads ask for it
    done = True
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for some in batched(_lines(clips, offset), BATCH, strict=False):
            if is_time_over():
                done = False
                break
            found = threads.map(lambda line: _problem_of(json.loads(line)), some)
            wrong = [problem for problem in found if problem]
            count += len(wrong)
            problems.extend(wrong[: max(0, SHOWN - len(problems))])
            offset += sum(map(len, some))
    problems.sort(key=lambda problem: problem["line"])
    return {**checked, "offset": offset, "done": done, "problems": problems, "problem_count": count}


def _lines(clips: ObjectPointer, offset: int) -> Iterator[bytes]:
    yield from whole_lines(read_parts(clips, offset))


def _problem_of(clip: Mapping[str, Any]) -> dict[str, Any] | None:
    source: Any = clip["source"]
    address = f"s3://{source['bucket']}/{source['key']}"
    try:
        size = s3().head_object(Bucket=source["bucket"], Key=source["key"])["ContentLength"]
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in MISSING_CODES:
            return {"line": clip["number"], "reason": f"There is no object {address}."}
        raise from_aws(error, f"looking for {address}", MisconfiguredError) from error
    return None if size else {"line": clip["number"], "reason": f"{address} is empty."}
