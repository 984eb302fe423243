"""What a packaged model is made of, and how it is trained and scored."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from karussell.measure import WordModel, evaluate
from karussell.model import (
    LanguageModel,
    RareWords,
    Source,
    open_model,
    read_model_file,
    save_contents,
)
from karussell.text import read_lines
from karussell.training import (
    Labels,
    PreparedText,
    Report,
    RunFolder,
    Settings,
    TextSource,
    train,
)

# Of each everyday text, for the scores of a packaged model.
_LINES = 400


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the mixture.

    Attributes:
        passes: How often it is read each epoch.
        name: What it is.
        licence: On which terms.
    """

    passes: float
    name: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A packaged model.

    Attributes:
        language: Its BCP 47 tag, with which its files begin, as in ``en_tatoeba.txt.xz``.
        name: Its name, and that of its file.
        licence: The licence of its weights.
        texts: The mixture, by what stands between language and ending of a file's name.
        settings: The choices of its training.
        everyday: The texts among them that its scores are measured on, in the held-out folder.
        notes: What a user should know.
    """

    language: str
    name: str
    licence: str
    texts: dict[str, Text]
    settings: Settings
    everyday: tuple[str, ...]
    notes: str

    def with_settings(self, **changes: object) -> "Recipe":
        """The same with other choices of its training."""
        return replace(self, settings=msgspec.structs.replace(self.settings, **changes))

    def files(self, data: Path) -> list[str]:
        """The training files in a folder, each with its passes."""
        return [
            f"{data}/{self.language}_{name}.txt.xz@{text.passes}"
            for name, text in self.texts.items()
        ]

    def labels(self) -> Labels:
        """What the model's card says."""
        return Labels(
            name=self.name,
            language=self.language,
            licence=self.licence,
            sources=tuple(
                Source(name=text.name, licence=text.licence) for text in self.texts.values()
            ),
            command=f"python -m recipes.train {self.language} DATA",
            notes=self.notes,
        )

    def prepare(self, data: Path, folder: Path, *, before: Iterable[str] = ()) -> PreparedText:
        """The text as word ids in a folder, which several trainings can share.

        Args:
            data: The folder with the training files.
            folder: Where to write it.
            before: Files to read before the recipe's, each with its passes.
        """
        text = PreparedText(folder)
        if not text.is_prepared:
            sources = [TextSource.parse(file) for file in (*before, *self.files(data))]
            text.prepare(sources, self.settings, self.labels(), lambda name, part: None)
        return text

    def train_on(
        self, text: PreparedText, out: Path, tell: Callable[[Report], None]
    ) -> LanguageModel:
        """Train on a copy of text that ``prepare`` wrote; what was stopped goes on."""
        work = PreparedText(RunFolder(out).path)
        if not work.is_prepared:
            whole = shutil.ignore_patterns("plan.json")
            shutil.copytree(text.path, work.path, ignore=whole, dirs_exist_ok=True)
            # The plan last, since it says that the rest is there.
            plan = msgspec.structs.replace(text.read_plan(), settings=self.settings)
            work.write_plan(msgspec.structs.replace(plan, labels=self.labels()))
        return train([], out=out, resume=True, tell=tell)

    def score(self, path: Path, data: Path) -> dict[str, float]:
        """Measure a model on the first lines of each everyday text; its card keeps the scores."""
        model = open_model(path)
        found = self.measure(model, model.rare, data, _LINES)
        scores = {f"dev_{name}": round(value, 4) for name, value in found.items()}
        note_scores(path, scores)
        return scores

    def measure(
        self, model: WordModel[Any], rare: RareWords, data: Path, lines: int
    ) -> dict[str, float]:
        """What a model and rare words save on the first lines of each everyday text."""
        found = evaluate(model, self._held_out(data, lines), rare=rare)
        return {
            "keystroke_savings": found.keystroke_savings,
            "recall_at_1": found.recall_at_1,
            "recall_at_3": found.recall_at_3,
            "bits_per_character": found.bits_per_character,
        }

    def _held_out(self, data: Path, lines: int) -> Iterator[str]:
        for name in self.everyday:
            text = read_lines(data / "dev" / f"{self.language}_{name}.txt.xz")
            yield from islice(text, lines)


def note_scores(path: Path, scores: dict[str, float]) -> None:
    """Write what was measured into a model's card, beside what stands there."""
    stored = read_model_file(path)
    card = msgspec.structs.replace(stored.card, scores={**stored.card.scores, **scores})
    save_contents(path, msgspec.structs.replace(stored, card=card))
