"""Pages as passages without any model: nothing lost, nothing too long, rows below their headers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from passages.layout import Block, Page
from passages.splitting import PASSAGE_TOKENS, language_of, passages_by_page, passages_of, split_text
from passages.token_counts import estimated_tokens

# What the smallest embedding model takes.
MOST_CHARACTERS = 2048

words = st.one_of(
    st.text(st.characters(categories=("L", "N"), max_codepoint=0x2FF), min_size=1, max_size=30),
    st.sampled_from(["Der", "Vertrag", "z. B.", "§", "3.", "(a)", "第三章的内容", "สวัสดี", "🦆", "x" * 300, "!", "|"]),
)
lines = st.lists(words, max_size=40).map(" ".join)
texts = st.lists(st.one_of(lines, st.just("")), max_size=12).map("\n".join)
blocks = st.one_of(
    st.builds(Block, st.just("heading"), words, st.floats(1, 30)),
    st.builds(Block, st.just("prose"), lines.filter(str.strip)),
    st.lists(words, min_size=2, max_size=6).map(lambda cells: Block("row", " | ".join(cells), cells=tuple(cells))),
)
pages = st.lists(st.lists(blocks, max_size=12), max_size=4).map(
    lambda found: [Page(number, on_page) for number, on_page in enumerate(found, 1)]
)


def solid(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=60)
@given(texts)
def test_a_text_is_in_its_passages_word_for_word_and_in_order(text: str) -> None:
    assert solid("".join(split_text(text))) == solid(text)


@settings(max_examples=60)
@given(pages)
def test_every_block_is_in_a_passage_of_its_page(pages: list[Page]) -> None:
    for page, passages in zip(pages, passages_by_page(pages), strict=True):
        assert {passage.page for passage in passages} <= {page.number}
        found = solid("".join(passage.text for passage in passages))
        for block in page.blocks:
            if block.kind != "heading":
                assert all(solid(word) in found for word in block.text.split())


@settings(max_examples=60)
@given(pages)
def test_no_passage_is_longer_than_an_embedding_model_takes(pages: list[Page]) -> None:
    for passage in passages_of(pages):
        assert len(passage.text) <= MOST_CHARACTERS
        assert passage.text.strip()


@given(st.lists(words, max_size=30), st.lists(words, max_size=30))
def test_tokens_of_two_texts_are_those_of_both(one: list[str], other: list[str]) -> None:
    first, second, both = estimated_tokens([" ".join(one), " ".join(other), " ".join([*one, *other])])
    assert first + second == both


def test_a_long_text_is_cut_between_sentences_into_passages_of_about_130_tokens() -> None:
    sentence = "The ferry to Sark leaves the harbour at nine in the morning and comes back at dusk."
    found = split_text(" ".join([sentence] * 60))
    assert all(each.endswith("dusk.") for each in found)
    assert all(100 <= count <= PASSAGE_TOKENS for count in estimated_tokens(found[:-1]))


def test_rows_go_on_below_the_header_of_their_table_and_the_heading_of_their_section() -> None:
    header = Block("row", "Plan | Deductible", cells=("Plan", "Deductible"))
    rows = [Block("row", f"Plan {n} | {n * 7}", cells=(f"Plan {n}", str(n * 7))) for n in range(80)]
    page = Page(1, [Block("heading", "Deductibles", 14), header, *rows])
    first, *others = passages_of([page])
    assert first.text.startswith("Deductibles\nPlan | Deductible\nPlan 0 | 0")
    assert others
    assert all(other.text.startswith("Deductibles\nPlan | Deductible\nPlan ") for other in others)


def test_characters_that_the_sentence_splitter_uses_itself_are_not_lost() -> None:
    assert split_text("The comet ☄ passed. Then ȹ came.") == ["The comet ☄ passed. Then ȹ came."]


def test_a_word_hyphenated_at_the_end_of_a_line_is_whole_again() -> None:
    assert split_text("The insur-\nance pays.") == ["The insurance pays."]


def test_a_language_that_the_words_do_not_tell_is_the_one_given() -> None:
    assert language_of("4711 | 4712", "de") == "de"
    assert language_of("the end of it", "de") == "en"
