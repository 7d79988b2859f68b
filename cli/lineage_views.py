"""The lineage of a document and of a data product, as lines for people to read."""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.plain_text import one_line


def of_document(found: Mapping[str, Any]) -> Iterator[str]:
    """From its file to the answers that cite it."""
    yield f"{one_line(found['file_name'])}  {found['status']}{_since(found)}"
    yield f"  text of {_counted(found['page_count'], 'page')}: {_entries(found['text_entries'])}"
    for image in found["images"]:
        pages = ", ".join(map(str, image["pages"]))
        yield f"  image on page {pages}: caption {image['outcome']}, {_entries(image['entries'])}"
    if more := found["image_count"] - len(found["images"]):
        yield f"  and {_counted(more, 'image')} more"
    yield from answers(found["answers"])


def of_product(found: Mapping[str, Any]) -> Iterator[str]:
    """Its documents, as far as the caller may read them, and the answers that cite them."""
    quality = found["quality"]
    counts = [_counted(quality[name], name.removesuffix("s")) for name in ("documents", "pages", "images")]
    yield f"{found['product_id']}  {one_line(found['name'])}: {', '.join(counts)}"
    for each in found["documents"]:
        images = f"{each['captioned_count']} of {_counted(each['image_count'], 'image')} in the index"
        yield (
            f"  {each['document_id']}  {one_line(each['file_name'])}: {images}, "
            f"{_counted(each['answer_count'], 'answer')}"
        )
    if found["withheld_documents"]:
        yield f"  and {_counted(found['withheld_documents'], 'document')} that you may not read"
    yield from answers(found["answers"])


def answers(found: Mapping[str, Any]) -> Iterator[str]:
    count = found["own_count"]
    yield f"{_counted(count, 'answer')} of yours {'cites' if count == 1 else 'cite'} it"
    for each in found["own"]:
        earlier = ", of an earlier upload" if any("earlier" in cited for cited in each["cites"]) else ""
        yield f"  {each['asked_at'][:10]}  {one_line(each['question'])}{earlier}"
    if "people" not in found:
        return
    least = "at least " if found["is_least"] else ""
    yield f"{least}{_counted(found['count'], 'answer')} of all users"
    for person in found["people"]:
        last = person["last_at"][:10]
        yield f"  {one_line(person['user'])}: {person['count']}, the last on {last}"


def _since(found: Mapping[str, Any]) -> str:
    since = found.get("searchable_since", "")
    return f", searchable since {since[:16].replace('T', ' ')}" if since else ""


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'} in the index" if count else "not in the index"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
