"""Documents that are too large, too many, too odd or half broken, through the deployed stack: small ones of each."""

import zlib

import pymupdf

from tests.support.odd_images import PdfWriter, jpeg, photo, shown
from tests.support.odd_texts import with_embedded, without_unicode
from tests.support.pdfs import image_with, pdf
from tests.support.stack import Stack

RGB = "/ColorSpace /DeviceRGB /BitsPerComponent 8"


def gaps(document: dict) -> list[tuple[int, str]]:
    return [(gap["page"], gap["error"]["name"]) for gap in document["gaps"]]


def test_many_pages_without_an_image_are_all_found(stack: Stack) -> None:
    pages = [f"Page {number} of the register of the Ostend baths." for number in range(1, 121)]
    pages[96] += " The diver Marlinspike has the locker behind the boiler."
    body = pdf(pages)
    document = stack.ingest("odd/pages.pdf", body)
    assert (document["status"], document["page_count"], document["image_count"]) == ("INGESTED", 120, 0)
    citation = stack.ask("Which locker has the diver Marlinspike?")["citations"][0]
    assert (citation["file_name"], citation["page"]) == ("odd/pages.pdf", 97)


def test_a_thousand_tiny_images_are_decoration(stack: Stack) -> None:
    writer = PdfWriter()
    dots = [writer.image(RGB, bytes([number % 256, number // 256, 7] * 36), (6, 6)) for number in range(1000)]
    names = " ".join(f"/D{number} {dot} 0 R" for number, dot in enumerate(dots))
    content = b"".join(
        shown(
            f"D{number}", box=(10 + number % 50 * 8, 10 + number // 50 * 8, 16 + number % 50 * 8, 16 + number // 50 * 8)
        )
        for number in range(1000)
    )
    document = stack.ingest("odd/mosaic.pdf", writer.pdf([writer.page(content, f"/XObject << {names} >>")]))
    assert (document["status"], document["image_count"]) == ("INGESTED", 0)
    assert stack.calls().get("bedrock-runtime.Converse", 0) == 0, "nobody pays for specks"


def test_a_giant_image_in_a_few_bytes_is_a_gap_beside_the_others(stack: Stack) -> None:
    writer = PdfWriter()
    giant = zlib.compress(bytes(1_000_000))
    bomb = writer.image("/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode", giant, (35000, 35000))
    small = writer.image(f"{RGB} /Filter /DCTDecode", jpeg(photo()))
    content = shown("Big", box=(0, 170, 100, 240)) + shown()
    page = writer.page(content, f"/XObject << /Big {bomb} 0 R /Im {small} 0 R >>")
    document = stack.ingest("odd/bomb.pdf", writer.pdf([page]))
    assert (document["status"], gaps(document)) == ("INGESTED_WITH_GAPS", [(1, "UnreadablePictureError")])
    assert (document["image_count"], document["captioned_count"]) == (1, 1)
    assert "35000 × 35000 pixels" in document["gaps"][0]["error"]["message"]


def test_a_document_with_nothing_on_its_pages_is_there_all_the_same(stack: Stack) -> None:
    document = stack.ingest("odd/blank.pdf", pdf(["", ""]))
    assert (document["status"], document["page_count"], document["image_count"]) == ("INGESTED", 2, 0)
    assert list(stack.entries("odd/blank.pdf").values()) == ["INDEXED"]


def test_words_that_only_a_person_can_read_are_read_in_an_image_of_the_page(stack: Stack) -> None:
    body = without_unicode("Type0", words=b"Valve Etruria opens to the left.", plain="This line can be read.")
    document = stack.ingest("odd/codes.pdf", body)
    assert (document["status"], document["captioned_count"]) == ("INGESTED", 1)
    assert "left" in stack.ask("Which way does valve Etruria open?")["answer"]


def test_a_file_that_another_reader_repairs_is_ingested_and_what_is_in_it_is_named(stack: Stack) -> None:
    letter = with_embedded(["contract.pdf"]).replace(b"/Type /Catalog", b"/Type /Cat\x00log")
    document = stack.ingest("odd/letter.pdf", letter)
    assert (document["status"], document["page_count"]) == ("INGESTED_WITH_GAPS", 1)
    assert gaps(document) == [(0, "EmbeddedContentError")]
    assert "contract.pdf" in document["gaps"][0]["error"]["message"]


def test_images_without_text_beside_them_are_found(stack: Stack) -> None:
    document = stack.ingest("odd/mute.pdf", pdf([""], [[image_with("Valve Tyrrhena\nopens to the left")]]))
    assert (document["status"], document["captioned_count"]) == ("INGESTED", 1)
    assert "left" in stack.ask("Which way does valve Tyrrhena open?")["answer"]


def test_the_readable_half_of_a_file_is_ingested_and_the_rest_named(stack: Stack) -> None:
    writer = PdfWriter()
    image = writer.image(f"{RGB} /Filter /FlateDecode", zlib.compress(photo().tobytes()))
    good = writer.page(shown(), f"/XObject << /Im {image} 0 R >>")
    broken = writer.page(b"/Missing Do [ /never closed")
    document = stack.ingest("odd/half.pdf", writer.pdf([good, broken]))
    assert (document["status"], gaps(document)) == ("INGESTED_WITH_GAPS", [(2, "UnreadablePageError")])
    assert "Page 2 of s3://docent-documents/odd/half.pdf" in document["gaps"][0]["error"]["message"]
    assert document["captioned_count"] == 1


def test_a_file_cut_in_the_middle_gives_what_is_left_of_it(stack: Stack) -> None:
    whole = pymupdf.open(stream=pdf(["The first page tells of the Zwin.", "The second of the Scheldt."]))
    body = whole.tobytes(deflate=False)
    document = stack.ingest("odd/cut.pdf", body[: body.index(b"xref")])
    assert document["status"].startswith("INGESTED")
    assert "odd/cut.pdf" in [each["file_name"] for each in stack.ask("What tells of the Zwin?")["citations"]]
