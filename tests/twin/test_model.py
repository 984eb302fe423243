"""The twin's model says of words what Python's says."""

import numpy as np
import pytest

from karussell.model import embedded_path, open_model
from tests.twin.node import Twin

_PATH = embedded_path("en")
_SENTENCES = ("", "see you", "i'm going to the", "thank you for zorbo", "what do you think about")


def test_the_best_words_after_some_are_the_same(twin: Twin) -> None:
    model = open_model(_PATH)
    asked = [sentence.split() for sentence in _SENTENCES]
    told = twin("./model.mjs", "bestAfter", [[str(_PATH), words, 5] for words in asked])
    for words, best in zip(asked, told, strict=True):
        log_probs = model.log_probs(model.read(model.vocabulary.ids(words)))
        expected = np.argsort(-log_probs, kind="stable")[:5].tolist()
        assert [word for word, _ in best] == expected
        # Processors that add and multiply at once round otherwise, now and then a state.
        assert [log_prob for _, log_prob in best] == pytest.approx(log_probs[expected], abs=0.1)


def test_rare_words_are_as_probable_and_written_so(twin: Twin) -> None:
    rare = open_model(_PATH).rare
    places = range(0, len(rare.vocabulary), 997)
    words = [rare.vocabulary.word(place) for place in places]
    told = twin("./model.mjs", "rareWord", [[str(_PATH), word] for word in words])
    assert [display for display, _, _ in told] == [rare.display(place) for place in places]
    shares = [share for _, share, _ in told]
    assert shares == pytest.approx(rare.log_shares[list(places)], abs=1e-6)
    assert told[0][2] == pytest.approx(rare.log_new, abs=1e-6)
