"""What a writer taught is kept in the browser's own database, and forgotten there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from karussell.history import Sentence, exported
from karussell.service import told_to_twin
from tests.browser.conftest import OpenPage

_STATIC = Path(__file__).parents[3] / "src/karussell/web/static"
_HOST = "http://kept.test"
_PAGE = """<!doctype html><link rel=icon href="data:,"><title>kept</title><script type=module>
import { Kept, Memory } from "/twin/memory/index.js";
import { tell } from "/twin/told.js";
tell(await (await fetch("/told.json")).json());
Object.assign(window, { Kept, Memory });
window.opened = async (name) => {
  window.kept = await Kept.open(name ? { name } : {});
  window.memory = new Memory(window.kept);
  return { keeps: kept.keeps, notice: kept.notice, words: words() };
};
window.words = () => memory.recall().words.map((each) => each.word).sort();
window.learned = async (...texts) => {
  for (const text of texts) window.lesson = memory.learn(text, { language: "en" });
  await kept.settled();
  return words();
};
window.made = (name, version, upgrade) => new Promise((resolve, reject) => {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => upgrade(request.result);
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
window.put = (database, store, rows) => new Promise((resolve, reject) => {
  const transaction = database.transaction(store, "readwrite");
  for (const [key, value] of rows) transaction.objectStore(store).put(value, key);
  transaction.oncomplete = resolve;
  transaction.onerror = reject;
});
window.ready = true;
</script>"""


def _answer(route: Route) -> None:
    path = route.request.url.removeprefix(_HOST)
    if path == "/":
        route.fulfill(body=_PAGE, content_type="text/html")
    elif path == "/told.json":
        route.fulfill(body=told_to_twin(), content_type="application/json")
    else:
        route.fulfill(path=_STATIC / path[1:], content_type="text/javascript")


@pytest.fixture
def context(open_page: OpenPage) -> Iterator[BrowserContext]:
    made = open_page.context()
    made.route(f"{_HOST}/**", _answer)
    yield made
    assert open_page.complaints == []


@pytest.fixture
def window(context: BrowserContext, open_page: OpenPage) -> Page:
    return _window(context, open_page)


def _window(context: BrowserContext, open_page: OpenPage) -> Page:
    page = open_page.watched(context)
    _load(page)
    return page


def _load(page: Page) -> None:
    page.goto(f"{_HOST}/")
    page.wait_for_function("window.ready")


def _opened(page: Page, name: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("(name) => opened(name)", name)
    return found


def _learned(page: Page, *texts: str) -> list[str]:
    found: list[str] = page.evaluate("(texts) => learned(...texts)", list(texts))
    return found


def test_what_was_learned_is_there_when_the_page_comes_again(window: Page) -> None:
    assert _opened(window) == {"keeps": True, "notice": None, "words": []}
    assert _learned(window, "See Bofi", "my zoom") == ["Bofi", "my", "see", "zoom"]
    _load(window)
    assert _opened(window)["words"] == ["Bofi", "my", "see", "zoom"]
    window.evaluate("async () => { memory.forget({ word: 'BOFI' }); await kept.settled(); }")
    _load(window)
    assert _opened(window)["words"] == ["my", "zoom"]
    window.evaluate("async () => { memory.forget({ everything: true }); await kept.settled(); }")
    _load(window)
    assert _opened(window) == {"keeps": True, "notice": None, "words": []}


def test_what_was_forgotten_comes_back_in_its_place(window: Page) -> None:
    _opened(window)
    _learned(window, "one", "two", "three")
    before = window.evaluate("kept.export()")
    window.evaluate("async () => { window.gone = memory.forget({ word: 'two' }); }")
    assert "two" not in window.evaluate("kept.export()")
    window.evaluate("() => memory.recover(gone)")
    assert window.evaluate("kept.export()") == before
    window.evaluate("() => memory.forgetAgain(gone)")
    assert "two" not in window.evaluate("kept.export()")
    _load(window)
    assert _opened(window)["words"] == ["one", "three"]


def test_what_is_taken_back_before_it_was_written_is_never_written(window: Page) -> None:
    _opened(window)
    assert window.evaluate("""async () => {
      memory.unlearn(memory.learn("secretly", { language: "en" }));
      memory.learn("openly", { language: "en" });
      await kept.settled();
      return kept.export();
    }""").count('"kind"') == 1  # fmt: skip


def test_a_page_that_is_closed_at_once_keeps_what_was_learned_before(
    window: Page, context: BrowserContext, open_page: OpenPage
) -> None:
    _opened(window)
    window.evaluate("() => { memory.learn('hastily', { language: 'en' }); }")
    window.close()
    assert _opened(_window(context, open_page))["words"] == ["hastily"]


def test_sums_of_a_day_are_one_row(window: Page) -> None:
    _opened(window)
    window.evaluate("""async () => {
      for (const keys of [1, 2, 3]) memory.tally({ keys }, "mail");
      memory.tally({ keys: 4 });
      await kept.settled();
      memory.tally({ keys: 5, picks: 1 }, "mail");
      await kept.settled();
    }""")
    days = window.evaluate("memory.days()")
    assert (days[0]["keys"], days[0]["picks"]) == (15, 1)
    assert window.evaluate("kept.export()").count('"saving"') == 2
    window.evaluate("() => { memory.counts = false; memory.tally({ keys: 9 }); }")
    _load(window)
    _opened(window)
    assert window.evaluate("memory.days()") == days
    assert window.evaluate("memory.counts") is False
    window.evaluate("() => memory.forget({ app: 'mail' })")
    assert window.evaluate("kept.export()").count('"saving"') == 1
    window.evaluate("() => { memory.counts = true; memory.tally({ keys: 1 }); }")
    window.evaluate("() => memory.forget({ everything: true })")
    assert window.evaluate("kept.export()").count('"saving"') == 0


def test_two_windows_learn_and_forget_as_one(
    window: Page, context: BrowserContext, open_page: OpenPage
) -> None:
    other = _window(context, open_page)
    for each in window, other:
        _opened(each)
    _learned(window, "see Bofi")
    other.wait_for_function("words().includes('Bofi')")
    _learned(other, "my Zoom")
    window.wait_for_function("words().includes('Zoom')")
    other.evaluate("() => { memory.forget({ word: 'bofi' }); }")
    window.wait_for_function("!words().includes('Bofi')")
    assert window.evaluate("words()") == other.evaluate("words()") == ["Zoom", "my"]


def test_histories_of_python_are_taken_in_once(window: Page) -> None:
    _opened(window)
    entries = [
        Sentence(words=("see", "Bofi"), language="en", time=7, app="mail", meant=(1,)),
        Sentence(words=("see", "Bofi"), language="en", time=7, app="mail", meant=(1,)),
    ]
    text = exported(entries).decode()
    assert window.evaluate("(text) => kept.restore(text)", text) == 2
    assert window.evaluate("(text) => kept.restore(text)", text) == 0
    assert window.evaluate("kept.export()") == text
    assert window.evaluate("words()") == ["Bofi", "see"]
    wrong = text.replace('"time":7', '"time":-7')
    said = window.evaluate("(text) => kept.restore(text).catch((error) => error.message)", wrong)
    assert "entries[0]: time: -7 is not a whole number" in said
    assert window.evaluate("kept.export()") == text


_FOREIGN = {
    "no stores": "made('karussell', 3, () => null)",
    "other stores": "made('karussell', 1, (made) => made.createObjectStore('cats'))",
    "another format": """made('karussell', 1, (made) => {
      made.createObjectStore('entries').createIndex('day', 'day');
      made.createObjectStore('facts').put('cats', 'format');
    })""",
    "no index": """made('karussell', 1, (made) => {
      made.createObjectStore('entries');
      made.createObjectStore('facts').put('karussell history', 'format');
    })""",
    "no entries": """made('karussell', 1, (made) => {
      made.createObjectStore('facts').put('karussell history', 'format');
    })""",
}


def test_foreign_databases_are_left_as_they_are(window: Page) -> None:
    stores = """async (name) => {
      const found = await made(name, undefined, () => null);
      found.close();
      return [found.version, ...found.objectStoreNames];
    }"""
    for name, made in _FOREIGN.items():
        window.evaluate(f"async () => (await {made.replace('karussell', name, 1)}).close()")
        before = window.evaluate(stores, name)
        found = _opened(window, name)
        assert found["keeps"]
        assert f'database "{name}"' in found["notice"]
        assert "left as it is" in found["notice"]
        assert _learned(window, "see Bofi") == ["Bofi", "see"]
        assert _opened(window, name) == {"keeps": True, "notice": None, "words": ["Bofi", "see"]}
        assert window.evaluate(stores, name) == before


def test_rows_that_cannot_be_read_are_left_and_told(window: Page) -> None:
    _opened(window)
    _learned(window, "see Bofi")
    window.evaluate("""async () => {
      const database = await made("karussell", undefined, () => null);
      const rows = [[1, { kind: "sentence", words: [] }], ["x", "tea"], [3, { kind: "later" }]];
      await put(database, "entries", rows);
      database.close();
    }""")
    for _ in range(2):
        _load(window)
        found = _opened(window)
        assert found["words"] == ["Bofi", "see"]
        assert found["notice"].startswith("3 entries of what was learned cannot be read")


def test_a_later_version_is_left_and_nothing_is_kept(window: Page) -> None:
    window.evaluate("""async () => (await made("karussell", 2, (made) => {
      made.createObjectStore("entries");
      made.createObjectStore("facts").put("karussell history", "format");
    })).close()""")
    found = _opened(window)
    assert not found["keeps"]
    assert "version 2" in found["notice"]
    assert "forgotten when this page is closed" in found["notice"]
    assert _learned(window, "see Bofi") == ["Bofi", "see"]


def test_a_browser_without_a_database_says_that_nothing_is_kept(window: Page) -> None:
    for broken in (
        "delete Window.prototype.indexedDB; delete window.indexedDB",
        "indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); }",
        "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('no'); } })",
        "Object.defineProperty(window, 'indexedDB', { value: null })",
    ):
        _load(window)
        window.evaluate(f"() => {{ {broken} }}")
        found = _opened(window)
        assert not found["keeps"]
        assert "forgotten when this page is closed" in found["notice"]
        assert _learned(window, "see Bofi") == ["Bofi", "see"]


def test_a_disk_that_fails_is_told_and_tried_again(window: Page) -> None:
    _opened(window)
    window.evaluate("""() => {
      window.put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
      memory.learn("see Bofi", { language: "en" });
    }""")
    window.wait_for_function("kept.notice?.includes('full')")
    assert window.evaluate("words()") == ["Bofi", "see"]
    window.evaluate("() => { IDBObjectStore.prototype.put = window.put; }")
    window.wait_for_function("kept.notice === null")
    _load(window)
    assert _opened(window)["words"] == ["Bofi", "see"]
