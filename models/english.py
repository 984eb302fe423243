"""The recipe of the English model: sources, mixture, settings, and its scores on held-out text.

    python models/english.py DATA [--out english.karussell] [--resume] [--cell rnn]

DATA is a folder with the training files named below (UTF-8, a sentence a line, .xz) and ``dev/``
with the held-out part of each. Choices were made on ``dev``; nothing else was looked at.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.console import Console

from karussell.measure import evaluate
from karussell.model import Source, open_model, read_model_file, save_model
from karussell.text import read_lines
from karussell.training import Labels, Report, Settings, train

# Passes over each source. Messages and dialogues are read most often: they are what people type.
# Long transcripts and novels give breadth, and are read in part. What cannot be licensed beyond
# doubt (posts and chats of people who were not asked) is left out.
MIXTURE = {
    "casino": 3,
    "chatterbot": 3,
    "chitchat": 3,
    "self_dialogue": 2,
    "synthetic_persona_chat": 3,
    "taskmaster": 3,
    "tatoeba": 2,
    "topical_chat": 2,
    "ewt": 2,
    "multidogo": 2,
    "star": 1,
    "nlu_queries": 1,
    "common_voice": 1,
    "sgd": 1,
    "ubuntu_irc": 1,
    "duraspace_irc": 1,
    "qmsum_meetings": 0.5,
    "18f_blog": 0.5,
    "nasa_spacelog": 0.5,
    "scp_tales": 1,
    "changelog": 0.5,
    "bitcointranscripts": 0.25,
    "gutenberg_dialogue": 0.4,
    "gutenberg_prose": 0.15,
}

SOURCES = (
    Source(name="CaSiNo negotiation dialogues", licence="CC BY 4.0"),
    Source(name="ChatterBot corpus", licence="BSD-3-Clause"),
    Source(name="Bot Framework chit-chat", licence="MIT"),
    Source(name="Self-dialogue corpus", licence="BSD-3-Clause"),
    Source(name="Synthetic-Persona-Chat", licence="CC BY 4.0"),
    Source(name="Taskmaster 3 and 4", licence="CC BY 4.0"),
    Source(name="Tatoeba, English sentences", licence="CC BY 2.0 FR"),
    Source(name="Topical-Chat", licence="CDLA-Sharing-1.0"),
    Source(name="Universal Dependencies English-EWT", licence="CC BY-SA 4.0"),
    Source(name="MultiDoGO", licence="CDLA-Permissive-1.0"),
    Source(name="STAR dialogues", licence="MIT"),
    Source(name="CLINC, PolyAI, NLU-Evaluation-Data, Disfl-QA", licence="CC BY 3.0, CC BY 4.0"),
    Source(name="Common Voice sentences", licence="CC0-1.0"),
    Source(name="Schema-guided dialogues", licence="CC BY-SA 4.0"),
    Source(name="Ubuntu IRC disentanglement", licence="CC BY 4.0, logs public domain"),
    Source(name="DuraSpace IRC logs", licence="CC BY 4.0"),
    Source(name="QMSum, AMI and ICSI meetings", licence="MIT, CC BY 4.0"),
    Source(name="18F blog", licence="CC0-1.0"),
    Source(name="NASA Spacelog transcripts", licence="public domain"),
    Source(name="SCP tales", licence="CC BY-SA 3.0"),
    Source(name="Changelog podcast transcripts", licence="CC BY-SA 4.0"),
    Source(name="Bitcoin transcripts", licence="MIT"),
    Source(name="Project Gutenberg, dialogue and prose", licence="public domain in the US"),
)

CONVERSATIONS = (
    "casino",
    "chitchat",
    "self_dialogue",
    "synthetic_persona_chat",
    "taskmaster",
    "tatoeba",
    "goemotions",
    "fcc_gitter",
)

NOTES = (
    "Predicts everyday English in short messages. Reads words in lower case without punctuation. "
    "Not filtered for offensive words. Knows few names."
)


def main() -> None:
    """Train, measure on the conversations of ``dev``, and write the scores into the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("english.karussell"))
    parser.add_argument("--cell", choices=["lstm", "rnn"], default="lstm")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    files = [f"{options.data}/en_{name}.txt.xz@{passes}" for name, passes in MIXTURE.items()]
    train(
        [] if options.resume else files,
        out=options.out,
        settings=Settings(cell=options.cell, epochs=0.5, dropout=0.05),
        labels=labels(options.cell),
        resume=options.resume,
        tell_stage=lambda name, part: _tell(f"{name} {part:.0%}"),
        tell=_tell_report,
    )
    score(options.out, options.data)


def labels(cell: str) -> Labels:
    """What the model's card says."""
    return Labels(
        name="english" if cell == "lstm" else f"english-{cell}",
        language="en",
        licence="CC BY-SA 4.0",
        sources=SOURCES,
        command="python models/english.py DATA" + ("" if cell == "lstm" else f" --cell {cell}"),
        notes=NOTES,
    )


def score(path: Path, data: Path) -> None:
    """Measure a model on the first 400 lines of each conversational dev file; keep its scores."""
    found = evaluate(open_model(path), _conversations(data))
    scores = {
        "dev_keystroke_savings": found.keystroke_savings,
        "dev_recall_at_1": found.recall_at_1,
        "dev_recall_at_3": found.recall_at_3,
        "dev_perplexity": found.perplexity,
        "dev_bits_per_character": found.bits_per_character,
    }
    stored = read_model_file(path)
    rounded = {name: round(value, 4) for name, value in scores.items()}
    save_model(
        path,
        card=msgspec.structs.replace(stored.card, scores={**stored.card.scores, **rounded}),
        weights=stored.weights(),
        vocabulary=stored.vocabulary,
        counts=stored.counts,
    )
    print(rounded)


def _conversations(data: Path) -> Iterator[str]:
    for name in CONVERSATIONS:
        for number, line in enumerate(read_lines(data / "dev" / f"en_{name}.txt.xz")):
            if number == 400:
                break
            yield line


def _tell_report(report: Report) -> None:
    _tell(
        f"{report.part:.1%}  {report.words_per_second:,.0f} words/s  loss {report.loss:.3f}  "
        f"held-out perplexity {report.perplexity}  {report.seconds_left / 60:.0f} min left"
    )


_console = Console(stderr=True)


def _tell(text: str) -> None:
    _console.print(text, end="\r", highlight=False)


if __name__ == "__main__":
    main()
