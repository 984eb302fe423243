import numpy as np
import pytest

from karussell.measure.bootstrap import RESAMPLES, interval, resampled_sums


def test_each_draw_holds_as_many_documents_as_there_are() -> None:
    sums = resampled_sums(np.ones((7, 2)))
    assert sums.shape == (RESAMPLES, 2)
    assert (sums == 7).all()


def test_columns_are_drawn_together() -> None:
    column = np.arange(30.0)
    sums = resampled_sums(np.stack([column, 2 * column], axis=1))
    assert np.array_equal(2 * sums[:, 0], sums[:, 1])
    assert len(np.unique(sums[:, 0])) > RESAMPLES / 10


def test_the_same_documents_give_the_same_draws() -> None:
    column = np.arange(12.0)[:, None]
    assert np.array_equal(resampled_sums(column), resampled_sums(column))


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    # The mean of n draws has the deviation s / sqrt(n); 1.96 of it hold 95 %. The ends of an
    # interval from 1,000 draws vary by about 1 / sqrt(1000 * 0.025) = a fifth of a tail, 0.09 s.
    values = np.random.default_rng(0).normal(size=400)
    low, high = interval(resampled_sums(values[:, None])[:, 0] / 400)
    deviation = values.std() / 20
    assert (low - values.mean()) / deviation == pytest.approx(-1.96, abs=0.3)
    assert (high - values.mean()) / deviation == pytest.approx(1.96, abs=0.3)


def test_an_interval_leaves_out_a_fortieth_at_each_end() -> None:
    assert interval(np.arange(1001.0)) == pytest.approx((25, 975))
