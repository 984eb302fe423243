import numpy as np
import pytest

from karussell.blocks import lstm_weights, rnn_weights, split_gates
from karussell.kernels import Block


@pytest.mark.parametrize("cells", [1, 2, 4, 8])
def test_a_layer_has_as_many_weights_as_the_formula_says(cells: int) -> None:
    inputs, hidden, blocks = 5, 16, 16 // cells
    weights = lstm_weights(inputs, hidden, np.random.default_rng(0), block=Block(cells))
    assert weights.size == (hidden + 3 * blocks) * (inputs + hidden + 1)


def test_a_plain_layer_has_a_quarter_of_the_weights_of_memory_blocks() -> None:
    random = np.random.default_rng(0)
    plain = rnn_weights(5, 16, random).size
    assert 4 * plain == lstm_weights(5, 16, random).size


def test_forget_gates_begin_open_and_weights_small() -> None:
    weights = lstm_weights(3, 16, np.random.default_rng(0), block=Block(4))
    bias = split_gates(weights.bias, Block(4))
    assert (bias.forget_gate == 1).all()
    assert max(abs(weights.weight_ih).max(), abs(weights.weight_hh).max()) <= 0.25
    assert abs(bias.output_gate).max() <= 0.25


def test_one_seed_gives_one_set_of_weights() -> None:
    first, second = (lstm_weights(3, 4, np.random.default_rng(7)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first[:3], second[:3], strict=True))


def test_cells_that_do_not_divide_the_hidden_size_are_refused() -> None:
    with pytest.raises(ValueError, match="cells_per_block is 3, expected a divisor"):
        lstm_weights(3, 16, np.random.default_rng(0), block=Block(3))
