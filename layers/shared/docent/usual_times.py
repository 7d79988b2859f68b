"""How long the work on a document usually takes, so that people can tell slow from stuck."""

MEGABYTE = 1_000_000
# An index needs minutes to take a document, and the images of a larger file take longer to read.
INGEST_SECONDS, INGEST_SECONDS_PER_MEGABYTE = 180, 15
# Kendra may take an hour to delete.
REMOVE_SECONDS = 3600


def usual_seconds(status: str, size_bytes: int) -> int | None:
    """None while nothing is under way."""
    match status:
        case "INGESTING":
            return INGEST_SECONDS + INGEST_SECONDS_PER_MEGABYTE * size_bytes // MEGABYTE
        case "REMOVING":
            return REMOVE_SECONDS
        case _:
            return None
