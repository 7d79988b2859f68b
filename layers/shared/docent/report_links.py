"""Links by which a browser opens what a job or a run left, for a few minutes."""

from urllib.parse import quote

from docent.clients import s3

LIFETIME = 300  # seconds


def link_to(bucket: str, key: str, content_type: str, file_name: str = "") -> str:
    """With a file name, a browser saves it; otherwise it shows it."""
    shown = f"attachment; filename*=UTF-8''{quote(file_name)}" if file_name else "inline"
    return s3().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": bucket,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": shown,
        },
        ExpiresIn=LIFETIME,
    )
