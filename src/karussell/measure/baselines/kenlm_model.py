"""A baseline from elsewhere: any n-gram model that KenLM reads."""

import math
import subprocess
import sys
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError, needing, shown
from karussell.files import AnyPath, path_of
from karussell.text import Vocabulary, fold, read_lines

if TYPE_CHECKING:
    import kenlm

_NATS = math.log(10)
_UNKNOWN = "<unk>"
# KenLM tells no counts: a word's is what it would be in a text of this many words.
_TEXT = 1_000_000
# What KenLM says of a file is told when it is opened in this process.
_TRIAL = """
import sys, kenlm
options = kenlm.Config()
options.show_progress = False
options.arpa_complain = kenlm.ARPALoadComplain.NONE
try:
    kenlm.Model(sys.argv[1], options).score("a b c")
except Exception:
    pass
"""


class KenlmModel:
    r"""Predicts what a KenLM model predicts, and only words of a list.

    The log probabilities are KenLM's own, times $\ln 10$: they sum to less than one by what the
    model gives to the end of a sentence and to words that are not on the list.

    Attributes:
        vocabulary: The V words of the list.
        counts: How often each, and UNKNOWN, would stand in a million words, (V+1,).
    """

    def __init__(self, model: "kenlm.Model", vocabulary: Vocabulary) -> None:
        from kenlm import State

        self.vocabulary = vocabulary
        self._new_state = State
        self._model = model
        self._score = model.BaseScore
        self._words = [*vocabulary.words, _UNKNOWN]
        self._scratch = State()
        nothing = State()
        model.NullContextWrite(nothing)
        frequency = np.exp(np.minimum(self.log_probs(nothing), 0)) * _TEXT
        self.counts: NDArray[np.uint32] = np.maximum(frequency, 1).astype(np.uint32)

    def start(self) -> "kenlm.State":
        """The state before the first word of a sentence."""
        state = self._new_state()
        self._model.BeginSentenceWrite(state)
        return state

    def step(self, state: "kenlm.State", word_id: int) -> "kenlm.State":
        """The state after one more word."""
        after = self._new_state()
        self._score(state, self._words[word_id], after)
        return after

    def log_probs(self, state: "kenlm.State") -> NDArray[np.float32]:
        """The natural log of P(word) for every word and for UNKNOWN, (V+1,).

        Raises:
            ModelFileError: If one is not finite, as KenLM takes it from a file.
        """
        base10 = map(self._score, repeat(state), self._words, repeat(self._scratch))
        found = np.fromiter(base10, np.float32, len(self._words)) * np.float32(_NATS)
        if not np.isfinite(found).all():
            raise ModelFileError(
                "KenLM's model gives a probability that is no number; make it anew"
            )
        return found


def open_kenlm(path: AnyPath, words: AnyPath) -> KenlmModel:
    """Open a KenLM binary or an ARPA file.

    Args:
        path: The model.
        words: A text file with one word a line, perhaps compressed: what can be predicted, since
            KenLM does not list its words.

    Raises:
        UsageError: If the package ``kenlm`` is not installed.
        ModelFileError: If KenLM cannot read the model.
        TextError: If the list cannot be read.
    """
    path = path_of(path)
    with needing(f"{path}: needs"):
        import kenlm
    vocabulary = Vocabulary(sorted({fold(word) for word in read_lines(words) if word}))
    if not path.is_file():
        raise ModelFileError(f"{path}: no such file")
    # KenLM ends the process over some damaged files, so one that does not matter reads it first.
    if subprocess.run((sys.executable, "-c", _TRIAL, path), stderr=subprocess.DEVNULL).returncode:
        raise ModelFileError(
            f"{path}: KenLM ends over it; expected its binary format or ARPA, undamaged"
        )
    options = kenlm.Config()
    options.show_progress = False
    options.arpa_complain = kenlm.ARPALoadComplain.NONE
    try:
        model = kenlm.Model(str(path), options)
    except (OSError, RuntimeError, UnicodeError) as error:
        reason = shown(str(error).splitlines()[0], 200) if str(error) else "unknown format"
        raise ModelFileError(
            f"{path}: KenLM cannot read it ({reason}); expected its binary format or ARPA"
        ) from None
    return KenlmModel(model, vocabulary)
