import threading
import time
from pathlib import Path

import pytest

from karussell.errors import HistoryError
from karussell.history import Entry, History, Rejection, Repair, Saving, Sentence, selected

_SENTENCE = Sentence(
    words=("see", "you", "Zanzibar"), language="en", time=5, app="mail", meant=(2,)
)
_REPAIR = Repair(typed="teh", word="the", language="en", time=6)
_REJECTION = Rejection(typed="Lea", word="Lead", language="", time=7, app="notes")
_SAVING = Saving(day="2026-11-27", keys=5, letters=9, picks=1, app="mail")
_ALL: tuple[Entry, ...] = (_SENTENCE, _REPAIR, _REJECTION, _SAVING)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


def _values(history: History) -> list[Entry]:
    return [entry for _, entry in history.entries()]


def test_what_was_added_is_there_at_once_and_after_a_restart(folder: Path) -> None:
    with History.open(folder) as history:
        assert history.keeps
        assert history.notice is None
        numbers = [history.add(entry) for entry in _ALL]
        before = history.entries()
        assert before == list(zip(numbers, _ALL, strict=True))
        assert numbers == sorted(set(numbers))
    with History.open(folder) as history:
        assert history.notice is None
        assert history.entries() == before
        assert history.entries() == before
        assert history.add(_SENTENCE) > numbers[-1]


def test_an_entry_is_committed_without_being_asked(folder: Path) -> None:
    with History.open(folder) as history:
        number = history.add(_SENTENCE)
        assert not history.is_committed(number)
        last = time.monotonic() + 30
        while not history.is_committed(number):
            assert time.monotonic() < last
            time.sleep(0.01)
        with History.open(folder) as other:
            assert other.entries() == [(number, _SENTENCE)]


def test_flushing_commits(folder: Path) -> None:
    with History.open(folder) as history:
        numbers = [history.add(entry) for entry in _ALL]
        history.flush()
        assert all(map(history.is_committed, numbers))
        assert not history.is_committed(numbers[-1] + 1)


def test_savings_of_a_day_and_application_are_added_up(folder: Path) -> None:
    with History.open(folder) as history:
        first = history.add(_SAVING)
        history.add(Saving(day="2026-11-27", keys=1))
        history.flush()
        second = history.add(Saving(day="2026-11-27", keys=2, undone=1, app="mail"))
        history.flush()
        assert history.is_committed(second)
        assert history.entries()[0] == (
            first,
            Saving(day="2026-11-27", keys=7, letters=9, picks=1, undone=1, app="mail"),
        )
        assert len(history.entries()) == 2


@pytest.mark.parametrize("committed", [False, True])
def test_what_was_removed_is_as_if_it_had_never_been(folder: Path, committed: bool) -> None:
    with History.open(folder) as history:
        history.add(_REPAIR)
        number = history.add(_SENTENCE)
        history.add(_REJECTION)
        if committed:
            history.flush()
        history.remove([number])
        assert _values(history) == [_REPAIR, _REJECTION]
        assert not history.is_committed(number)
    with History.open(folder) as history:
        assert _values(history) == [_REPAIR, _REJECTION]


def test_what_is_put_back_stands_where_it_stood(folder: Path) -> None:
    with History.open(folder) as history:
        for entry in _ALL:
            history.add(entry)
        history.flush()
        before = history.entries()
        gone = set(selected(before, word="the"))
        assert history.forget(gone).entries == 1
        assert len(history.entries()) == 3
        history.put_back([each for each in before if each[0] in gone])
        assert history.entries() == before
    with History.open(folder) as history:
        assert history.entries() == before


def test_the_version_grows_when_another_has_changed_the_store(folder: Path) -> None:
    with History.open(folder) as ours, History.open(folder) as other:
        before = ours.version
        ours.add(_REPAIR)
        ours.flush()
        assert ours.version == before
        other.add(_SENTENCE)
        other.flush()
        assert ours.version > before
        assert set(_values(ours)) == {_REPAIR, _SENTENCE}


def test_threads_may_share_it(folder: Path) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 50):
            history.add(Sentence(words=(f"w{number}",), language="en", time=number))

    with History.open(folder) as history:
        threads = [threading.Thread(target=write, args=(100 * number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({number for number, _ in history.entries()}) == 200
    with History.open(folder) as history:
        assert len(_values(history)) == 200


def test_a_closed_history_takes_nothing(folder: Path) -> None:
    history = History.open(folder)
    history.close()
    history.close()
    with pytest.raises(HistoryError, match="closed"):
        history.add(_SENTENCE)


def test_no_byte_of_what_was_forgotten_is_left(folder: Path) -> None:
    kept = Sentence(words=("see", "you", "Zanzi"), language="en", time=6, app="notes")
    with History.open(folder) as history:
        for entry in (*_ALL, kept):
            history.add(entry)
        history.flush()
        found = history.forget(selected(history.entries(), word="ZANZIBAR"))
        assert (found.entries, found.copies, found.elsewhere) == (1, 0, ())
        assert found.files in (3, 4)
        assert found.seconds > 0
        assert _values(history) == [_REPAIR, _REJECTION, _SAVING, kept]
        for path in folder.iterdir():
            data = path.read_bytes().lower()
            assert b"zanzib" not in data
            assert b"anzibar" not in data


def test_what_waits_for_its_commit_is_forgotten_too(folder: Path) -> None:
    with History.open(folder) as history:
        number = history.add(_SENTENCE)
        assert history.forget([number]).entries == 1
        assert history.entries() == []


def test_copies_beside_the_store_are_told(folder: Path) -> None:
    with History.open(folder) as history:
        history.add(_SENTENCE)
        (folder / "mine.json").write_bytes(history.export())
        (folder / "upper").write_bytes("SEE YOU ZANZIBAR".encode("utf-16-be"))
        (folder / "other").write_bytes(b"nothing of the kind")
        (folder / "damaged-1-history.sqlite3").write_bytes(b"who knows")
        found = history.forget(number for number, _ in history.entries())
        assert found.copies > 2
        assert found.elsewhere == ("damaged-1-history.sqlite3", "mine.json", "upper")


def test_an_export_is_read_back_to_the_byte(folder: Path) -> None:
    with History.open(folder) as history:
        for entry in (*_ALL, _SENTENCE):
            history.add(entry)
        before, data = _values(history), history.export()
        assert history.restore(data) == 0
        assert history.forget([number for number, _ in history.entries()]).entries == 5
        assert history.entries() == []
        assert history.restore(data) == 5
        assert _values(history) == before
        assert history.export() == data
    with History.open(folder) as history:
        assert history.export() == data


def test_numbers_in_the_file_are_no_copies_of_short_words(folder: Path) -> None:
    letters = "abcdefghij"
    with History.open(folder) as history:
        for number in range(3000):
            word = letters[number % 10] + letters[number // 10 % 10]
            app = "mail" if number % 2 else "signal"
            history.add(Sentence(words=(word,), language="en", time=number * 7, app=app))
        gone = selected(history.entries(), app="mail")
        assert history.forget(gone).copies == 0
