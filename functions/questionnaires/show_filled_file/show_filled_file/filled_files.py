"""The filled-in file of a questionnaire, and whether it still holds what people wrote."""

import json
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb, s3
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, from_aws
from docent.questionnaire_rows import QuestionnaireRow, stored_items
from docent.questionnaires import ITEM, LOG, Answer
from docent.withheld_answers import OwnersReading, withheld_digest

LIFETIME = 300  # seconds


def has_changed(table: str, row: QuestionnaireRow) -> bool:
    """Whether the log has a change since the file was written: the newest entry comes last."""
    try:
        newest = dynamodb().query(
            TableName=table,
            KeyConditionExpression="questionnaire_id = :id AND #item > :written",
            ExpressionAttributeValues={
                ":id": {"S": row.questionnaire_id},
                ":written": {"S": f"{LOG}{row.values['filled_at']}"},
            },
            ProjectionExpression="#item",
            ExpressionAttributeNames={"#item": "item"},
            ConsistentRead=True,
            Limit=1,
        )["Items"]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "changes of a questionnaire were read", MisconfiguredError) from error
    return any(item["item"].get("S", "").startswith(LOG) for item in newest)


def withholds_others(table: str, row: QuestionnaireRow, documents: str, grants: str, now: float) -> bool:
    """Whether the file has an answer that is withheld now, or not one that may be shown again."""
    items = [item for item in stored_items(table, row.questionnaire_id, "#item, answer") if "answer" in item]
    answers = {number_of(item["item"]["S"]): Answer.from_json(json.loads(item["answer"]["S"])) for item in items}
    owner = OwnersReading.of(row, answers.values(), documents, grants, now)
    withheld = withheld_digest(number for number, answer in answers.items() if owner.withholds(answer))
    return json.loads(row.values["filled"]).get("withheld", "") != withheld


def number_of(key: str) -> int:
    return int(key.removeprefix(ITEM))


def link_to(row: QuestionnaireRow) -> str:
    filled = ObjectPointer.from_json(json.loads(row.values["filled"]))
    named = f"attachment; filename*=UTF-8''{quote(row.file_name)}"
    return s3().generate_presigned_url(
        "get_object",
        Params={"Bucket": filled.bucket, "Key": filled.key, "ResponseContentDisposition": named},
        ExpiresIn=LIFETIME,
    )
