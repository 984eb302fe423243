"""What blocks remember: planted memories are found, noise is not."""

from pathlib import Path

import numpy as np
import pytest

from karussell.errors import TextError, UsageError
from karussell.lab.inside import (
    Feature,
    Inside,
    Lexicon,
    Reading,
    Search,
    Sentence,
    echo,
    features,
    half_lives,
    lexicon,
    look_inside,
    own_texts,
    sentences_of,
)
from karussell.model import LanguageModel, open_model
from karussell.text import words
from tests.conftest import MakeCard, WriteModel

_OTHERS = ("a", "are", "see", "tea", "ten", "the", "to", "tomorrow")
_LISTS = Lexicon(
    subjects={"I": ["i"], "you": ["you"]}, examples={"the last pronoun was I": ["i see the tea"]}
)
_WIDE = 8.0


def texts(seed: int, count: int = 300) -> list[Sentence]:
    """Sentences of ten words without sense; "i" or "you" stands among the first three."""
    random = np.random.default_rng(seed)
    found: list[Sentence] = []
    for number in range(count):
        words = [str(word) for word in random.choice(_OTHERS, int(random.integers(6, 14)))]
        words[int(random.integers(3))] = "i" if number % 2 else "you"
        found += sentences_of("nonsense", [" ".join(words)])
    return found


@pytest.fixture(scope="module")
def planted(
    write_model: WriteModel, make_card: MakeCard, tmp_path_factory: pytest.TempPathFactory
) -> LanguageModel:
    """Block 1 counts the words, block 2 remembers "i" from "you", the others read noise."""
    card = make_card()
    random = np.random.default_rng(3)
    embedding = random.normal(0, 1, (12, 6)).astype(np.float32)
    embedding[:, :2] = 0
    embedding[2, :2] = 1, 1  # "i"
    embedding[9, :2] = 1, -1  # "you"
    rows = {"write": 0, "keep": 8, "input": 16, "read": 24}
    weight_ih = random.normal(0, 1, (32, 6)).astype(np.float32)
    bias = np.zeros(32, np.float32)
    for block in (0, 1):
        weight_ih[[row + block for row in rows.values()]] = 0
    bias[[rows["write"], rows["keep"], rows["input"]]] = -3, _WIDE, _WIDE
    bias[[rows["write"] + 1, rows["keep"] + 1]] = -_WIDE, _WIDE
    weight_ih[rows["write"] + 1, 0] = 2 * _WIDE
    weight_ih[rows["keep"] + 1, 0] = -2 * _WIDE
    weight_ih[rows["input"] + 1, 1] = _WIDE
    weights = {
        "embedding.weight": embedding,
        "lstm.0.weight_ih": weight_ih,
        "lstm.0.weight_hh": np.zeros((32, 8), np.float32),
        "lstm.0.bias": bias,
        "projection.weight": np.zeros((6, 8), np.float32),
        "output.bias": np.zeros(11, np.float32),
    }
    path = tmp_path_factory.mktemp("planted") / "planted.karussell"
    return open_model(write_model(path, card=card, weights=weights, number_format="float32"))


@pytest.fixture(scope="module")
def inside(planted: LanguageModel) -> Inside:
    return look_inside(planted, texts(1), _LISTS)


def test_a_planted_memory_is_found_and_noise_is_not(inside: Inside) -> None:
    found = {finding.feature: finding for finding in inside.findings}
    counts = found["words read"]
    assert (counts.block, counts.sure, counts.clear) == (1, True, True)
    assert counts.score > 0.99
    assert counts.half_life > 100
    subject = found["the last pronoun was I"]
    assert (subject.block, subject.clear) == (2, True)
    assert subject.score == 1
    assert subject.last_word < 0.6
    assert subject.swapped is not None
    assert subject.swapped.as_told == 1
    # Words are drawn one by one: nobody can know how many will come, or what stood three words ago.
    assert not found["words still to come"].sure
    words = [finding for finding in inside.findings if finding.kind == "word"]
    assert {finding.feature for finding in words if finding.sure} <= {
        '"i" was said',
        '"you" was said',
    }
    assert len(words) > 2


def test_words_open_and_shut_gates(inside: Inside) -> None:
    gates = next(finding for finding in inside.findings if finding.kind == "subject").gates
    assert {*list(gates["wrote"].open)[:2]} == {"i", "you"}
    assert {*list(gates["kept"].shut)[:2]} == {"i", "you"}
    assert 0 <= gates["wrote"].mean < 0.5 < gates["kept"].mean <= 1


def test_the_gallery_shows_what_is_held_over_a_sentence(inside: Inside) -> None:
    (shown,) = inside.gallery["the last pronoun was I"]
    assert shown.words == ("i", "see", "the", "tea")
    assert len(shown.held) == len(shown.kept) == 4
    assert min(shown.held) > 0.5  # held to the end, and to the side of "i"


def test_an_echo_is_what_a_word_leaves(planted: LanguageModel) -> None:
    words = ["i", "see", "the", "tea"]
    (changed,) = echo(planted, words, 0, "you")
    assert changed.shape == (3, 8)
    assert (changed[:, 1] > 1.9).all()
    assert np.abs(changed[:, 0]).max() < 1e-6  # a counter does not mind which word it was
    (left_out,) = echo(planted, words, 1)
    assert (left_out[:, 0] > 0.04).all()
    with pytest.raises(UsageError, match="place 4 in a sentence of 4 words"):
        echo(planted, words, 4)


def test_the_same_seed_finds_the_same(planted: LanguageModel) -> None:
    assert look_inside(planted, texts(1, 80), _LISTS) == look_inside(planted, texts(1, 80), _LISTS)


@pytest.mark.parametrize(("layers", "size"), [(1, 1), (2, 2), (1, 4)])
@pytest.mark.parametrize("coupled", [False, True])
def test_every_form_of_blocks_is_read(
    write_model: WriteModel,
    make_card: MakeCard,
    tmp_path: Path,
    layers: int,
    size: int,
    coupled: bool,
) -> None:
    card = make_card(layers=layers, cells_per_block=size, coupled_gates=coupled)
    model = open_model(write_model(tmp_path / "some.karussell", card=card))
    sentences = texts(1, 60)
    reading = Reading.of(model, sentences)
    assert reading.cell.shape == (len(reading.words), layers * 8)
    assert reading.kept.shape == (len(reading.words), layers * 8 // size)
    assert half_lives(reading).shape == (layers * 8 // size,)
    last = model.trace(model.vocabulary.ids(sentences[-1].words))[-1]
    np.testing.assert_array_equal(reading.cell[-1, -8:], last.cell[-1, 0])
    for finding in look_inside(model, sentences, _LISTS).findings:
        assert 1 <= finding.layer <= layers
        assert 1 <= finding.block <= 8 // size
        assert 1 <= finding.cell <= size


def test_a_plain_rnn_has_no_blocks(
    write_model: WriteModel, make_card: MakeCard, tmp_path: Path
) -> None:
    model = open_model(write_model(tmp_path / "rnn.karussell", card=make_card(cell="rnn")))
    with pytest.raises(UsageError, match="plain RNN"):
        look_inside(model, texts(1, 10), _LISTS)


def test_without_sentences_nothing_is_found(planted: LanguageModel) -> None:
    with pytest.raises(TextError, match="no words"):
        look_inside(planted, [], _LISTS)


def values(name: str, text: str, lists: Lexicon | None = None) -> list[float | None]:
    """A feature's values over a sentence, None where it has none."""
    sentences = list(sentences_of("text", [text]))
    every = features(sentences, lists or lexicon("en"))
    feature = next(each for each in every if name in each.name)
    return [None if np.isnan(value) else float(value) for value in feature.values(sentences[0])]


def test_signs_are_told_from_the_writers_text() -> None:
    quoted = values("quotation marks", 'She said "see you soon" and went')
    assert quoted == [0, 0, 1, 1, 1, 0, 0]
    assert values("brackets", "one (two three) four") == [0, 1, 1, 0]
    assert values("end with ?", "Do you see it now?") == [None, None, None, 1, 1]
    assert values("end with ?", "You do see it now.") == [None, None, None, 0, 0]


def test_a_word_just_read_is_no_memory() -> None:
    assert values("was said", "we do not see it")[:2] == [0, 0]
    no = values("a no", "we do not see it at all")
    assert no == [0, 0, None, None, None, 1, 1]
    subject = values("pronoun was I", "i see that they see it in time")
    assert subject == [None, None, None, None, None, None, 0, 0]
    number = values("plural", "my dogs saw it all then a dog came")
    assert number == [None, None, None, None, 1, 1, None, None, None]


def test_positions_count_from_both_ends() -> None:
    assert values("words read", "one two three") == [1, 2, 3]
    assert values("to come", "one two three") == [2, 1, 0]


def test_texts_are_kept_apart_and_halved_each(planted: LanguageModel) -> None:
    both = [
        *sentences_of("one", ["see the tea", "the tea", "see tea", "ten"]),
        *sentences_of("two", ["you see", "i see you"]),
    ]
    names = {feature.name for feature in features(both, Lexicon())}
    assert {"the text is one"} < names
    first, second = Reading.of(planted, both).halves()
    assert first.tolist() == [True] * 5 + [False] * 3 + [True] * 2 + [False] * 3
    assert (first != second).all()


def test_rare_features_are_not_looked_for(planted: LanguageModel) -> None:
    reading = Reading.of(planted, texts(1, 60))

    def never(sentence: Sentence) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.zeros(len(sentence.words))

    search = Search(reading, [Feature(name="that it never is", kind="topic", values=never)])
    assert search.features == ()


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_lists_are_words_as_models_read_them(language: str) -> None:
    lists = lexicon(language)
    kinds = (lists.subjects, lists.said, lists.topics, lists.opening, lists.classes)
    every = [word for kind in kinds for those in kind.values() for word in those]
    every += [*lists.several, *lists.one, *lists.owners, *lists.past, *lists.present]
    assert len(every) > 100
    assert [word for word in every if words(word, language) != [word]] == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_examples_show_what_is_looked_for(language: str) -> None:
    lists = lexicon(language)
    names = {feature.name for feature in features([], lists)}
    assert {*lists.examples} <= names
    for sentence, *others in lists.examples.values():
        assert all(words(each, language) == each.split() for each in (sentence, *others))


def test_of_a_language_without_lists_signs_and_places_are_looked_for() -> None:
    assert lexicon("tlh") == Lexicon()
    assert {feature.kind for feature in features([], Lexicon())} == {
        "position",
        "question",
        "quotation",
    }


def test_our_own_texts_suffice_for_a_look() -> None:
    sentences = own_texts("en")
    assert len({sentence.source for sentence in sentences}) >= 3
    assert sum(len(sentence.words) for sentence in sentences) > 1_000
    with pytest.raises(TextError, match="tlh"):
        own_texts("tlh")


@pytest.mark.parametrize(("distinct", "looked_for"), [(3, False), (19, False), (60, True)])
def test_a_few_sentences_again_and_again_name_no_cell(
    planted: LanguageModel, distinct: int, looked_for: bool
) -> None:
    few = [*{sentence.words: sentence for sentence in texts(1)}.values()][:distinct]
    sentences = few * (300 // distinct)
    search = Search(
        Reading.of(planted, sentences), features(sentences, _LISTS, planted.vocabulary), 1
    )
    assert bool(search.features) == looked_for
