from collections.abc import Collection
from pathlib import Path

import pytest

from karussell.errors import UsageError
from karussell.history import Sentence
from karussell.imports import Export, Gathered, Writers, as_kept, chosen, gathered, same_name
from karussell.keyboard import Languages
from karussell.model import LanguageModel
from tests.conftest import MakeCard, MakeWeights
from tests.two_languages import write_two

CHAT = """13.03.24, 10:11 - Anna: See you at Zimtstern. Tell BEN: call 0176 1234567 Then
13.03.24, 10:12 - Ben: Secret words of Ben
14.03.24, 10:13 - anna: ok
"""


@pytest.fixture
def languages(ten_word_model: LanguageModel) -> Languages:
    return Languages([ten_word_model])


def gather(
    path: Path, text: str, languages: Languages, names: Collection[str] = ("anna",)
) -> Gathered:
    path.write_text(text)
    return gathered(Export(path), languages, names=names)


def words(found: Gathered) -> list[tuple[str, ...]]:
    return [sentence.words for sentence in found.sentences]


def test_only_what_the_person_wrote_is_gathered_in_sentences(
    tmp_path: Path, languages: Languages
) -> None:
    found = gather(tmp_path / "chat.txt", CHAT, languages)
    assert words(found) == [
        ("see", "you", "at", "Zimtstern"),
        ("tell", "BEN", "call"),
        ("then",),
        ("ok",),
    ]
    assert [each.text for each in found.private] == ["0176 1234567"]
    assert {each.app for each in found.sentences} == {"whatsapp"}
    assert {each.language for each in found.sentences} == {"en"}
    assert (found.messages, found.words, found.is_timed) == (2, 9, True)
    times = [each.time for each in found.sentences]
    assert times == sorted(times)
    assert times[0] < times[-1]


def test_an_application_can_be_named(tmp_path: Path, languages: Languages) -> None:
    (tmp_path / "n.txt").write_text("See you")
    found = gathered(Export(tmp_path / "n.txt"), languages, app="diary")
    assert [each.app for each in found.sentences] == ["diary"]
    assert not found.is_timed


def test_letters_that_an_encoding_lost_are_left_out(tmp_path: Path, languages: Languages) -> None:
    found = gather(tmp_path / "n.txt", "see you f\ufffdr tea", languages, ())
    assert words(found) == [("see", "you"), ("tea",)]


def test_what_was_learned_before_is_no_news(tmp_path: Path, languages: Languages) -> None:
    chat = CHAT + "14.03.24, 10:13 - anna: ok\n"
    found = gather(tmp_path / "chat.txt", chat, languages)
    kept, new = as_kept(found, [])
    assert new == len(kept) == 5
    assert as_kept(found, kept)[1] == 0
    assert as_kept(found, kept[:-1])[1] == 1
    longer = gather(tmp_path / "chat.txt", f"{chat}14.03.24, 10:14 - anna: bye\n", languages)
    assert as_kept(longer, kept)[1] == 1


def test_notes_are_known_again_whenever_they_were_changed(
    tmp_path: Path, languages: Languages
) -> None:
    import os

    path = tmp_path / "n.txt"
    before = gather(path, "see you\nsee you\n", languages, ())
    path.write_text("see you\nsee you\nsee you\n")
    os.utime(path, (10**9, 10**9))
    after, new = as_kept(gathered(Export(path), languages), before.sentences)
    assert new == 1
    assert list(before.sentences) == after[:2]
    assert after[2].time == 10**9


def test_several_languages_are_told_apart_by_sentence(
    tmp_path: Path, make_card: MakeCard, make_weights: MakeWeights
) -> None:
    models = write_two(tmp_path, make_card, make_weights)
    (tmp_path / "n.txt").write_text("in the hand you\n\nwir und ich.\n\nthe art i in the hut\n")
    found = gathered(Export(tmp_path / "n.txt"), Languages(models))
    assert [each.language for each in found.sentences] == ["en", "de", "en"]


def test_a_sentence_is_cut_as_its_own_language_has_it_not_as_the_first_one(
    tmp_path: Path, make_card: MakeCard, make_weights: MakeWeights
) -> None:
    languages = Languages(write_two(tmp_path, make_card, make_weights))
    # In English a full stop before a capital ends a sentence; in German it may make an ordinal.
    (tmp_path / "n.txt").write_text("in the hand you\n\nwir und ich die 21. Hand das und ich\n")
    found = gathered(Export(tmp_path / "n.txt"), languages)
    assert [(each.language, each.words) for each in found.sentences] == [
        ("en", ("in", "the", "hand", "you")),
        ("de", ("wir", "und", "ich", "die", "21", "Hand", "das", "und", "ich")),
    ]


def test_who_the_person_is_must_be_known(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text(CHAT)
    writers = Writers.of(Export(path))
    assert dict(writers.counts) == {"Anna": 1, "Ben": 1, "anna": 1}
    assert chosen(writers, [same_name("ANNA ")], "chat.txt") == ["anna"]
    with pytest.raises(UsageError, match=r"who of its writers are you\? say --from NAME, one of: "):
        chosen(writers, (), "chat.txt")
    with pytest.raises(UsageError, match=r"no message is by a name that was given; .*Ben \(1\)"):
        chosen(writers, ["carl"], "chat.txt")


def test_names_cannot_command_a_terminal() -> None:
    from collections import Counter

    from karussell.imports import listed_writers

    assert listed_writers(Writers(counts=Counter({"A\x1b[2J": 1}))) == [r"A\x1b[2J (1)"]


def test_entries_of_other_kinds_are_no_sentences() -> None:
    sentence = Sentence(words=("a",), language="en", time=1)
    assert as_kept(Gathered(sentences=(sentence,)), [])[1] == 1
