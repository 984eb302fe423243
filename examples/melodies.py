"""What note comes next in a fiddle tune, and a new tune.

    python -m examples.melodies [OUT.mid]

The tunes are those of Ryan's Mammoth Collection (Boston, 1883), which music21 ships: reels, jigs
and hornpipes, a note or rest with its length a token.
"""

import sys
from collections.abc import Hashable, Iterator, Sequence

from music21 import corpus, note, stream
from rich.progress import track

from examples.contest import compare

_TEMPERATURE = 0.7


def main(arguments: list[str]) -> None:
    """Train, compare, and draw a tune."""
    model = compare("Notes", list(sequences()))
    tune = model.sample(temperature=_TEMPERATURE, seed=1)
    print("A new tune:", " ".join(f"{_named(each)}" for each in tune[:16]), "...")
    if arguments:
        score(tune).write("midi", arguments[0])


def sequences() -> Iterator[list[Hashable]]:
    """The notes of each tune: (MIDI pitch or None for a rest, quarters it lasts)."""
    for path in track(corpus.getComposer("ryansMammoth"), "Reading tunes", transient=True):
        tune = corpus.parse(path)
        yield [
            (each.pitches[-1].midi if each.pitches else None, float(each.quarterLength))
            for each in tune.parts[0].flatten().notesAndRests
        ]


def score(tune: Sequence[Hashable]) -> stream.Stream:
    """A tune as music21 has it, to be shown, played or written."""
    notes = stream.Stream()
    for each in tune:
        assert isinstance(each, tuple)
        pitch, quarters = each
        length = {"quarterLength": quarters}
        notes.append(note.Rest(**length) if pitch is None else note.Note(pitch, **length))
    return notes


def _named(each: Hashable) -> str:
    assert isinstance(each, tuple)
    pitch, quarters = each
    name = "rest" if pitch is None else note.Note(pitch).nameWithOctave
    return f"{name}:{quarters:g}"


if __name__ == "__main__":
    main(sys.argv[1:])
