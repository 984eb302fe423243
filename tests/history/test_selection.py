import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karussell.history import Entry, Rejection, Repair, Saving, Sentence, selected
from karussell.text import fold

_DAY = 86_400
_FORMS = st.sampled_from(
    ["Anna", "anna", "ANNA", "Anna's", "anna\u2019s", "l'anna", "annab", "cafe\u0301", "café", "x"]
)
_APPS = st.sampled_from([None, "signal", "mail"])
_TIMES = st.integers(0, 10 * _DAY)
_SENTENCES = st.builds(
    Sentence,
    words=st.lists(_FORMS, min_size=1, max_size=4).map(tuple),
    language=st.sampled_from(["en", "tr", ""]),
    time=_TIMES,
    app=_APPS,
)
_PAIRS = st.builds(
    Rejection, typed=_FORMS, word=_FORMS, language=st.just("en"), time=_TIMES, app=_APPS
)
_DAYS = st.integers(0, 10).map(lambda day: (date(1970, 1, 1) + timedelta(day)).isoformat())
_SAVINGS = st.builds(Saving, day=_DAYS, app=_APPS)
_ENTRIES = st.lists(_SENTENCES | _PAIRS | _SAVINGS, max_size=12).map(
    lambda found: list(enumerate(found))
)


def _of(*words: str, language: str = "en", time: int = 5) -> Sentence:
    return Sentence(words=words, language=language, time=time)


@pytest.mark.parametrize(
    ("form", "word", "language"),
    [
        ("Anna", "anna", "en"),
        ("anna", "ANNA", "en"),
        ("Anna's", "Anna", "en"),
        ("Anna\u2019s", "Anna", "en"),
        ("James'", "James", "en"),
        ("l'avion", "avion", "fr"),
        ("qu'Anna", "Anna", "fr"),
        ("jusqu'Anna", "Anna", "fr"),
        ("d'Anna's", "Anna", "fr"),
        ("don't", "don\u2019t", "en"),
        ("cafe\u0301", "café", "fr"),
        ("\u0130zmir", "izmir", "tr"),
        ("ISPARTA", "\u0131sparta", "tr"),
        ("ΟΔΟΣ", "οδος", "el"),
        ("👍🏽", "👍", "en"),
    ],
)
def test_a_word_is_found_however_it_is_written(form: str, word: str, language: str) -> None:
    entries: list[tuple[int, Entry]] = [(3, _of("so", form, language=language))]
    assert selected(entries, word=word) == [3]


@pytest.mark.parametrize(
    ("form", "word"),
    [("Annabel", "Anna"), ("don't", "don"), ("aujourd'hui", "hui"), ("Anna", ""), ("it's", "s")],
)
def test_other_words_are_left_alone(form: str, word: str) -> None:
    assert selected([(3, _of(form))], word=word) == []


def test_a_correction_is_found_by_what_was_typed_and_by_what_was_meant() -> None:
    pair: dict[str, str] = {"typed": "Teh", "word": "the", "language": "en"}
    entries: list[tuple[int, Entry]] = [
        (1, Rejection(time=0, **pair)),
        (2, Repair(time=0, **pair)),
    ]
    assert selected(entries, word="teh") == [1, 2]
    assert selected(entries, word="THE") == [1, 2]


@given(_ENTRIES)
def test_without_a_condition_all_is_selected(entries: list[tuple[int, Entry]]) -> None:
    assert selected(entries) == [number for number, _ in entries]


@given(_ENTRIES, _FORMS, _TIMES, _TIMES, _APPS)
def test_conditions_apply_together(
    entries: list[tuple[int, Entry]], word: str, since: int, until: int, app: str | None
) -> None:
    alone = [
        selected(entries, word=word),
        selected(entries, since=since),
        selected(entries, until=until),
        selected(entries, app=app),
    ]
    together = selected(entries, word=word, since=since, until=until, app=app)
    assert together == [number for number, _ in entries if all(number in each for each in alone)]


@given(_ENTRIES, _FORMS)
def test_no_form_of_a_word_is_left(entries: list[tuple[int, Entry]], word: str) -> None:
    found = set(selected(entries, word=word))
    for number, entry in entries:
        if isinstance(entry, Sentence) and number not in found:
            folded = [fold(form, entry.language) for form in entry.words]
            assert fold(word, entry.language) not in folded


@given(_ENTRIES, _TIMES)
def test_before_and_since_a_moment_is_all(entries: list[tuple[int, Entry]], moment: int) -> None:
    before, since = selected(entries, until=moment), selected(entries, since=moment)
    assert set(before) | set(since) == {number for number, _ in entries}
    parted = {number for number, entry in entries if not isinstance(entry, Saving)}
    assert not parted & set(before) & set(since)


def test_savings_of_a_day_belong_to_each_span_with_a_part_of_it() -> None:
    entries: list[tuple[int, Entry]] = [(1, Saving(day="2026-11-27"))]
    noon = int(datetime(2026, 11, 27, 12).timestamp())
    assert selected(entries, since=noon) == [1]
    assert selected(entries, until=noon) == [1]
    assert selected(entries, since=noon + _DAY) == []
    assert selected(entries, until=noon - _DAY) == []
    assert selected(entries, since=0, until=1 << 60) == [1]


@pytest.fixture
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """This machine elsewhere."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "place",
    ["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"],
    indirect=True,
)
@pytest.mark.parametrize("day", ["2026-11-27", "2026-03-29", "2026-10-25", "2026-03-08"])
def test_a_day_of_this_place_has_its_own_savings_and_no_others(place: str, day: str) -> None:
    """Also where clocks are put forward or back, and on both sides of Greenwich."""
    today = date.fromisoformat(day)
    days = [today + timedelta(days) for days in (-1, 0, 1)]
    entries = list(enumerate(Saving(day=each.isoformat()) for each in days))
    begin, end = (int(datetime(each.year, each.month, each.day).timestamp()) for each in days[1:])
    assert selected(entries, since=begin, until=end) == [1]
    assert selected(entries, since=begin) == [1, 2]
    assert selected(entries, until=begin) == [0]
    assert selected(entries, since=end - 1, until=end + 1) == [1, 2]
