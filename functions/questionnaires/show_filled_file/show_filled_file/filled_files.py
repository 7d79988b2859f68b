"""The filled-in file of a questionnaire, and whether it still holds what people wrote."""

import json
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb, s3
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, from_aws
from docent.questionnaire_rows import QuestionnaireRow
from docent.questionnaires import LOG

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


def link_to(row: QuestionnaireRow) -> str:
    filled = ObjectPointer.from_json(json.loads(row.values["filled"]))
    named = f"attachment; filename*=UTF-8''{quote(row.file_name)}"
    return s3().generate_presigned_url(
        "get_object",
        Params={"Bucket": filled.bucket, "Key": filled.key, "ResponseContentDisposition": named},
        ExpiresIn=LIFETIME,
    )
