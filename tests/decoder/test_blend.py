"""Several models as one: every word once, with what all of them say of it."""

from pathlib import Path

import numpy as np
import pytest

from karussell.decoder import Blend, Source, candidates, ranked
from karussell.model import LanguageModel
from tests.conftest import MakeCard, MakeWeights
from tests.two_languages import BOTH, ENGLISH, GERMAN, write_two

_SHARES = (0.7, 0.3)


@pytest.fixture
def models(tmp_path: Path, make_card: MakeCard, make_weights: MakeWeights) -> list[LanguageModel]:
    return write_two(tmp_path, make_card, make_weights)


def _blended(models: list[LanguageModel], shares: tuple[float, ...] = _SHARES) -> list[Source]:
    log_probs = [model.log_probs(model.start()) if share else None
                 for model, share in zip(models, shares, strict=True)]  # fmt: skip
    return Blend(models).sources(log_probs, shares)


def _alone(model: LanguageModel, word: str) -> float:
    """P(word) by one model."""
    log_probs = model.log_probs(model.start())
    word_id, rare_id = model.vocabulary.id(word), model.rare.vocabulary.id(word)
    if word_id != model.vocabulary.unknown:
        return float(np.exp(log_probs[word_id]))
    if rare_id != model.rare.vocabulary.unknown:
        return float(np.exp(log_probs[-1] + model.rare.log_shares[rare_id]))
    return 0.0


def test_each_word_is_offered_by_one_source_with_the_sum(models: list[LanguageModel]) -> None:
    sources = _blended(models)
    for word in {*ENGLISH, *GERMAN, "hut", "shed"}:
        offered = [source for source in sources if source.offered(word) is not None]
        assert len(offered) == 1, word
        word_id = offered[0].vocabulary.id(word)
        total = sum(share * _alone(model, word) for share, model in zip(_SHARES, models))  # noqa: B905
        assert np.exp(offered[0].log_prob(word_id)) == pytest.approx(total, rel=1e-5)


def test_a_word_of_both_is_written_as_its_likelier_language_does(
    models: list[LanguageModel],
) -> None:
    for shares, language, form in (((0.999, 0.001), "en", "hand"), ((0.001, 0.999), "de", "Hand")):
        found = candidates(_blended(models, shares), "hand", 3)
        assert [(each.text, each.language) for each in found] == [(form, language)]


def test_all_words_with_a_prefix_share_one(models: list[LanguageModel]) -> None:
    found = candidates(_blended(models), "h", 20)
    assert {each.text.lower() for each in found} == {"hand", "hut"}
    assert sum(each.probability for each in found) == pytest.approx(1)


def test_a_language_that_does_not_count_offers_nothing(models: list[LanguageModel]) -> None:
    sources = _blended(models, (1.0, 0.0))
    assert {source.language for source in sources} == {"en"}
    for word in GERMAN:
        assert (ranked(sources, word) is not None) == (word in ENGLISH)
    for word in ENGLISH:
        found = ranked(sources, word)
        assert found is not None
        assert np.exp(found.log_prob) == pytest.approx(_alone(models[0], word), rel=1e-5)


def test_a_word_is_ranked_where_it_is_offered(models: list[LanguageModel]) -> None:
    sources = _blended(models)
    for word in BOTH:
        found = ranked(sources, word)
        assert found is not None
        listed = [each.text.lower() for each in candidates(sources, word[:1], 20)]
        assert found.ranks[1] == listed.index(word)
