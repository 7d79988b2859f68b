"""The runtimes of the optional models: on small models made here, and on the real ones where they were downloaded."""

import struct
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from local.models import chosen, packed
from local.models.catalogue import FILES, MULTILINGUAL
from local.models.cross_encoder import MAX_TOKENS, CrossEncoder
from local.models.fetch import cache_folder
from local.models.multilingual import MultilingualModel

SIZE, INNER, LONGEST = 32, 64, 12
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁query:", "▁passage:", "▁rotor", "▁hub", "fi", "x"]

real = pytest.mark.skipif(
    not all((cache_folder() / file.name).is_file() for file in FILES),
    reason="the optional models are not downloaded",
)


class PackedFile:
    """A file of one layer of chance, in the format of the real one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        chance = np.random.default_rng(7)
        square = dict.fromkeys(("l0.q", "l0.k", "l0.v", "l0.ao"), (SIZE, SIZE))
        dense = square | {"l0.fi": (INNER, SIZE), "l0.fo": (SIZE, INNER)}
        self.large = {"emb.word": chance.normal(size=(len(PIECES), SIZE))}
        self.large |= {f"{name}.w": chance.normal(size=shape) for name, shape in dense.items()}
        self.small = {"emb.pos": chance.normal(size=(LONGEST, SIZE)), "emb.type": np.zeros((2, SIZE))}
        self.small |= {f"{name}.b": np.zeros(shape[0]) for name, shape in dense.items()}
        for name in ("emb.ln", "l0.aln", "l0.oln"):
            self.small |= {f"{name}.w": np.ones(SIZE), f"{name}.b": np.zeros(SIZE)}
        path.write_bytes(self._content())

    def _content(self) -> bytes:
        texts = [piece.encode() for piece in PIECES]
        ends = np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
        scores = np.arange(len(PIECES), dtype="<f4").tobytes()
        ligature = struct.pack("<IB2I", ord("ﬁ"), 2, ord("f"), ord("i"))
        head = b"E5S1" + struct.pack("<I7ifi", 1, SIZE, 1, 4, INNER, len(PIECES), LONGEST, 2, 1e-12, 32)
        head += struct.pack("<5i", len(PIECES), 0, 2, 1, 3) + struct.pack("<Q", len(b"".join(texts)))
        head += ends + scores + b"".join(texts) + struct.pack("<iI", 1, len(ligature)) + ligature
        tensors = [(name, 1, values, _blocks(values)) for name, values in self.large.items()]
        tensors += [(name, 0, values, values.astype("<f4").tobytes()) for name, values in self.small.items()]
        start = len(head) + 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name, *_ in tensors)
        directory, data = struct.pack("<i", len(tensors)), b""
        for name, kind, values, content in tensors:
            data += bytes(-(start + len(data)) % 64)
            directory += struct.pack("<H", len(name)) + name.encode()
            directory += struct.pack("<BIQQ", kind, values.size, start + len(data), len(content))
            data += content
        return head + directory + data


def _blocks(values: np.ndarray) -> bytes:
    rows = values.reshape(-1, 32)
    scales = (np.abs(rows).max(axis=1) / 7).astype("<f2")
    whole = np.clip(np.round(rows / scales[:, None]) + 8, 0, 15).astype(np.uint8)
    halves = whole[:, :16] | (whole[:, 16:] << 4)
    return b"".join(scale.tobytes() + row.tobytes() for scale, row in zip(scales, halves, strict=True))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> PackedFile:
    return PackedFile(tmp_path_factory.mktemp("packed") / "model.bin")


def test_the_packed_weights_are_read_to_four_bits(file: PackedFile) -> None:
    read = packed.read(file.path)
    assert [piece for piece, _ in read.pieces] == PIECES
    assert (read.layers, read.heads, read.longest, read.unknown) == (1, 4, LONGEST, 3)
    weights = dict(read.weights)
    assert np.allclose(weights["encoder.layer.0.intermediate.dense.weight"], file.large["l0.fi.w"], atol=0.3)
    assert np.allclose(weights["encoder.layer.0.output.dense.weight"], file.large["l0.fo.w"], atol=0.3)
    assert np.allclose(weights["embeddings.position_embeddings.weight"], file.small["emb.pos"])
    assert np.allclose(packed.unpacked(read.words[[7, 8]]), file.large["emb.word"][[7, 8]], atol=0.3)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match=r"model\.bin is not a packed model"):
        packed.read(tmp_path / "model.bin")


def test_each_text_has_a_unit_vector_that_does_not_depend_on_its_batch(file: PackedFile) -> None:
    model = MultilingualModel(file.path)
    texts = ["rotor", "hub rotor hub", "", "rotor hub"]
    together = model.embed(texts)
    assert together.shape == (4, SIZE)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together, np.concatenate([model.embed([text]) for text in texts]), atol=1e-5)


def test_questions_and_passages_are_told_apart(file: PackedFile) -> None:
    model = MultilingualModel(file.path)
    assert not np.allclose(model.embed(["rotor"]), model.embed_questions(["rotor"]), atol=1e-3)


def test_characters_are_replaced_as_when_the_model_was_trained(file: PackedFile) -> None:
    model = MultilingualModel(file.path)
    assert np.allclose(model.embed(["ﬁx"]), model.embed(["fix"]), atol=1e-5)


def test_what_is_beyond_the_longest_text_is_ignored(file: PackedFile) -> None:
    model = MultilingualModel(file.path)
    assert np.allclose(model.embed(["rotor " * 50]), model.embed(["rotor " * 500]), atol=1e-5)


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> CrossEncoder:
    """Its score is the number of tokens."""
    folder = tmp_path_factory.mktemp("onnx")
    (folder / "model.onnx").write_bytes(_onnx_that_sums("attention_mask"))
    words = {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "rotor": 4, "hub": 5}
    tokenizer = Tokenizer(models.WordLevel(words, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    special = [("[CLS]", 1), ("[SEP]", 2)]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", special)
    tokenizer.save(str(folder / "tokenizer.json"))
    return CrossEncoder(folder / "model.onnx", folder / "tokenizer.json")


def _onnx_that_sums(name: str) -> bytes:
    """An ONNX model that adds up its input per row."""

    def value(label: str, kind: int, *dimensions: str) -> bytes:
        shape = b"".join(_field(1, _field(2, dimension)) for dimension in dimensions)
        return _field(1, label) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))

    to_floats = _field(5, _field(1, "to") + _field(3, 1) + _field(20, 2))
    cast = _field(1, name) + _field(2, "floats") + _field(4, "Cast") + to_floats
    by_row = _field(5, _field(1, "axes") + _field(8, 1) + _field(20, 7))
    total = _field(1, "floats") + _field(2, "logits") + _field(4, "ReduceSum") + by_row
    graph = _field(1, cast) + _field(1, total) + _field(2, "sum")
    graph += _field(11, value(name, 7, "rows", "tokens")) + _field(12, value("logits", 1, "rows", "one"))
    return _field(1, 7) + _field(7, graph) + _field(8, _field(2, 11))


def _field(number: int, content: bytes | str | int) -> bytes:
    """A field of a protocol buffer."""
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    content = content.encode() if isinstance(content, str) else content
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + _varint(number >> 7)


def test_each_text_is_scored_with_the_question_in_the_order_given(cross_encoder: CrossEncoder) -> None:
    texts = ["hub " * count for count in (5, 1, 30, 2, 9, 8, 7, 6, 4, 3, 0)]
    assert cross_encoder.scores("rotor hub", texts).tolist() == [5 + len(text.split()) for text in texts]
    assert cross_encoder.scores("rotor hub", []).tolist() == []


def test_a_long_text_is_cut_and_a_long_question_is_not_refused(cross_encoder: CrossEncoder) -> None:
    assert cross_encoder.scores("rotor", ["hub " * 1000]).tolist() == [MAX_TOKENS]
    assert cross_encoder.scores("rotor " * 1000, ["hub", "hub " * 1000]).max() <= MAX_TOKENS


def test_no_model_is_loaded_unless_it_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(chosen.VARIABLE, raising=False)
    assert chosen.multilingual() is None
    assert chosen.cross_encoder() is None


def test_a_model_that_is_gone_is_named_with_the_command_that_brings_it_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(chosen.VARIABLE, "better")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=rf"{tmp_path}.*is missing\. `docent up` downloads it again"):
        chosen._path(MULTILINGUAL)


@pytest.fixture
def better(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chosen.VARIABLE, "better")


@real
def test_the_cross_encoder_scores_as_its_authors_published(better: None) -> None:
    model = chosen.cross_encoder()
    assert model
    berlin = "Berlin had a population of 3,520,031 registered inhabitants in an area of 891.82 square kilometers."
    scores = model.scores("How many people live in Berlin?", [berlin, "Berlin is well known for its museums."])
    assert scores == pytest.approx([9.218911, -4.0780287], abs=0.3)  # its weights are rounded to 8 bits


@real
def test_the_multilingual_model_has_the_vectors_that_another_program_has(better: None) -> None:
    """The sums of the vectors of these texts, without a role, as the tests of fastembed-rs have them."""
    model = chosen.multilingual()
    assert model
    texts = ["Hello, World!", "This is an example passage.", "fastembed-rs is licensed under Apache-2.0"]
    encoded = [model._tokenizer.encode(text).ids for text in texts]
    vectors = model._bert.embed([[0, *ids, 2] for ids in encoded])
    assert vectors.sum(axis=1) == pytest.approx([-0.2640718, -0.13929011, -0.08091972], abs=0.06)


@real
def test_a_german_question_finds_its_answer(better: None) -> None:
    model = chosen.multilingual()
    assert model
    question = model.embed_questions(["Wie viel Urlaub habe ich?"])[0]
    near = model.embed(["Das Essen in der Kantine ist gut.", "Jeder hat 30 freie Tage.", "Es regnet seit Tagen."])
    assert (near @ question).argmax() == 1


@real
def test_what_has_nothing_to_do_with_a_question_is_far_from_it(better: None) -> None:
    """As far as with the standard model, because the thresholds are the same."""
    model = chosen.multilingual()
    assert model
    question = model.embed_questions(["Wie viel Urlaub habe ich?"])[0]
    near, far = model.embed(["Jeder hat 30 Tage Urlaub im Jahr.", "The pump runs at 1,450 revolutions a minute."])
    assert near @ question > 0.5
    assert far @ question < 0.3
