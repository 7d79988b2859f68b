"""Small PDFs made from raw bytes whose words a person sees and a program may miss."""

import pymupdf

from tests.support.odd_images import PdfWriter

SIZE = (400, 200)


def page_of(content: bytes, font: str = "", entries: str = "") -> bytes:
    """One page whose font F is Helvetica, and whose font X is given."""
    writer = PdfWriter()
    return writer.pdf([writer.page(content, _fonts(writer, font), entries, SIZE)])


def _fonts(writer: PdfWriter, other: str = "") -> str:
    plain = writer.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    return f"/Font << /F {plain} 0 R {f'/X {other}' if other else ''} >>"


def shown(text: bytes, font: str = "F", y: int = 100, mode: int = 0) -> bytes:
    return b"BT /%s 16 Tf %d Tr 20 %d Td %s Tj ET\n" % (font.encode(), mode, y, text)


def without_unicode(
    kind: str, encoding: str = "", words: bytes = b"Albatross 41", mode: int = 0, plain: str = ""
) -> bytes:
    """Words in a font from whose codes nothing tells the characters: Type0 or Type1, and also `plain` words."""
    writer = PdfWriter()
    buffer = pymupdf.Font("cour").buffer
    file = writer.stream("/Subtype /Type1C", buffer)
    descriptor = writer.add(
        "<< /Type /FontDescriptor /FontName /AAAAAA+X /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 800 /Descent -200"
        f" /StemV 80 /ItalicAngle 0 /CapHeight 700 /FontFile3 {file} 0 R >>"
    )
    if kind == "Type0":
        below = writer.add(
            f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /AAAAAA+X /DW 600 /FontDescriptor {descriptor} 0 R"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        )
        entries = f"/Encoding /Identity-H /DescendantFonts [{below} 0 R]"
        codes = b"".join(b"%04x" % (code - 31) for code in words)
    else:
        entries = f"/FirstChar 0 /LastChar 255 /Widths [{'600 ' * 256}] /FontDescriptor {descriptor} 0 R {encoding}"
        codes = words.hex().encode()
    font = writer.add(f"<< /Type /Font /Subtype /{kind} /BaseFont /AAAAAA+X {entries} >>")
    content = shown(b"<" + codes + b">", "X", mode=mode) + (shown(f"({plain})".encode(), y=50) if plain else b"")
    return writer.pdf([writer.page(content, _fonts(writer, f"{font} 0 R"), "", SIZE)])


def with_characters(glyphs: list[str]) -> bytes:
    """One glyph after the other from left to right, each of which has the characters given."""
    return _with_characters(glyphs, "Identity-H", [(20, 100, range(len(glyphs)))])


def with_columns(columns: list[str], vertical: bool) -> bytes:
    """Text from top to bottom in columns from right to left, in a font for this or letter by letter."""
    shown, first = [], 0
    for number, column in enumerate(columns):
        x, letters = 300 - 20 * number, range(first, first + len(column))
        if vertical:
            shown.append((x, 180, letters))
        else:
            shown += [(x, 180 - 16 * row, range(letter, letter + 1)) for row, letter in enumerate(letters)]
        first += len(column)
    return _with_characters(list("".join(columns)), "Identity-V" if vertical else "Identity-H", shown)


def _with_characters(glyphs: list[str], encoding: str, shown: list[tuple[int, int, range]]) -> bytes:
    """`shown` are places and the numbers of the glyphs there."""
    writer = PdfWriter()
    file = writer.stream("/Subtype /CIDFontType0C", pymupdf.Font("cour").buffer)
    descriptor = writer.add(
        "<< /Type /FontDescriptor /FontName /AAAAAA+X /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 800 /Descent -200"
        f" /StemV 80 /ItalicAngle 0 /CapHeight 700 /FontFile3 {file} 0 R >>"
    )
    below = writer.add(
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /AAAAAA+X /DW 600 /FontDescriptor {descriptor} 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    codes = "\n".join(f"<{number:04x}> <{text.encode('utf-16-be').hex()}>" for number, text in enumerate(glyphs, 36))
    meaning = writer.stream(
        "",
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def"
        b" 1 begincodespacerange <0000> <ffff> endcodespacerange"
        b" %d beginbfchar\n%s\nendbfchar endcmap end end" % (len(glyphs), codes.encode()),
    )
    font = writer.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+X /Encoding /{encoding} /DescendantFonts [{below} 0 R]"
        f" /ToUnicode {meaning} 0 R >>"
    )
    content = "".join(
        f"BT /X 14 Tf {x} {y} Td <{''.join(f'{36 + number:04x}' for number in numbers)}> Tj ET\n"
        for x, y, numbers in shown
    )
    return writer.pdf([writer.page(content.encode(), f"/Font << /X {font} 0 R >>", "", SIZE)])


def type3(names: list[str], first_code: int = 65, codes: bytes = b"ABCABCABCABC", paint: bytes = b"f") -> bytes:
    """Words in glyphs that are drawn on the spot."""
    writer = PdfWriter()
    glyphs = [
        writer.stream("", b"50 0 0 0 40 40 d1 %d 0 20 40 re %s" % (index * 5, paint)) for index, _ in enumerate(names)
    ]
    procs = " ".join(f"/{name} {glyph} 0 R" for name, glyph in zip(names, glyphs, strict=True))
    font = writer.add(
        f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 50 50] /FontMatrix [0.02 0 0 0.02 0 0] /CharProcs << {procs} >>"
        f" /Encoding << /Type /Encoding /Differences [{first_code} {' '.join('/' + name for name in names)}] >>"
        f" /FirstChar {first_code} /LastChar {first_code + len(names) - 1} /Widths [{'50 ' * len(names)}]"
        " /Resources << >> >>"
    )
    content = shown(b"<" + codes.hex().encode() + b">", "X")
    return writer.pdf([writer.page(content, _fonts(writer, f"{font} 0 R"), "", SIZE)])


def only_attachments_encrypted(words: str) -> bytes:
    """As Acrobat's "Encrypt only file attachments" writes it; the password is unknown."""
    writer = PdfWriter()
    page = writer.page(shown(f"({words})".encode()), _fonts(writer), "", SIZE)
    encryption = writer.add(
        "<< /Filter /Standard /V 4 /R 4 /Length 128 /P -1044 /EncryptMetadata false"
        f" /O <{'5a' * 32}> /U <{'a5' * 32}> /StmF /Identity /StrF /Identity /EFF /StdCF"
        " /CF << /StdCF << /AuthEvent /EFOpen /CFM /AESV2 /Length 16 >> >> >>"
    )
    pdf = writer.pdf([page])
    return pdf.replace(b"/Root", b"/Encrypt %d 0 R /ID [<00> <00>] /Root" % encryption)


def with_embedded(names: list[str], relationship: str = "", on_a_page: bool = False) -> bytes:
    """A cover letter with embedded files, in the name tree or attached to a place of the page."""
    writer = PdfWriter()
    specs = []
    for name in names:
        file = writer.stream("/Type /EmbeddedFile", b"%PDF-1.7 peregrine falcons")
        related = f"/AFRelationship /{relationship}" if relationship else ""
        specs.append(writer.add(f"<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F {file} 0 R >> {related} >>"))
    entries = ""
    if on_a_page:
        notes = [
            writer.add(f"<< /Type /Annot /Subtype /FileAttachment /Rect [9 9 29 29] /FS {spec} 0 R >>")
            for spec in specs
        ]
        entries = f"/Annots [{' '.join(f'{note} 0 R' for note in notes)}]"
    pdf = writer.pdf([writer.page(shown(b"(Cover letter)"), _fonts(writer), entries, SIZE)])
    if on_a_page:
        return pdf
    leaves = " ".join(f"({name}) {spec} 0 R" for name, spec in zip(names, specs, strict=True))
    return with_root(pdf, f"/Names << /EmbeddedFiles << /Kids [<< /Names [{leaves}] >>] >> >>")


def with_root(pdf: bytes, entries: str) -> bytes:
    """More entries in the catalogue. The table of objects is no longer right, and readers make their own."""
    return pdf.replace(b"<< /Type /Catalog", b"<< /Type /Catalog " + entries.encode())
