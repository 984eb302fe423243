"""All cases and error cases of torch's ModuleInfo for LSTM and RNN, run from its package."""

import re
from typing import Any

import pytest
import torch
from hypothesis import settings
from torch import Tensor, nn
from torch.testing._internal.common_modules import module_db
from torch.utils._pytree import tree_leaves, tree_map

from karussell.layers import LSTM, RNN

# Torch's test cases choose a profile when imported; ours is for all that are collected next.
settings.load_profile("karussell")

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")

PAIRS = [(nn.LSTM, LSTM), (nn.RNN, RNN)]

# float32 to 1e-5 and float64 to 1e-12 of values of order one, summed over a dozen steps.
TOLERANCES: dict[torch.dtype, dict[str, Any]] = {
    torch.float32: {"rtol": 1e-5, "atol": 1e-5},
    torch.float64: {"rtol": 1e-12, "atol": 1e-12},
}


def cases(theirs: type[nn.Module], dtype: torch.dtype, training: bool) -> list[Any]:
    info = next(info for info in module_db if info.module_cls is theirs)
    found: list[Any] = info.module_inputs_func(
        info, device="cpu", dtype=dtype, requires_grad=True, training=training
    )
    return found


def leaf(value: Any) -> Any:
    return value.detach().clone().requires_grad_() if isinstance(value, Tensor) else value


def run(layer: nn.Module, case: Any) -> list[Tensor]:
    """Outputs, states and gradients on inputs, states and parameters."""
    arguments = tree_map(leaf, (case.forward_input.args, case.forward_input.kwargs))
    results = tree_leaves(layer(*arguments[0], **arguments[1]))
    sum((result * result.detach().cos()).sum() for result in results).backward()
    leaves = [each for each in tree_leaves(arguments) if isinstance(each, Tensor)]
    gradients = [each.grad for each in (*leaves, *layer.parameters())]
    return [*results, *[gradient for gradient in gradients if gradient is not None]]


@pytest.mark.parametrize("training", [True, False], ids=["training", "eval"])
@pytest.mark.parametrize("dtype", list(TOLERANCES), ids=str)
@pytest.mark.parametrize(("theirs", "ours"), PAIRS, ids=["LSTM", "RNN"])
def test_every_case_gives_the_same_outputs_and_gradients(
    theirs: type[nn.Module], ours: type[nn.Module], dtype: torch.dtype, training: bool
) -> None:
    torch.manual_seed(1)  # weights and inputs are drawn: the same in every run
    found = cases(theirs, dtype, training)
    assert len(found) >= 32
    for case in found:
        made = case.constructor_input
        mine = ours(*made.args, **made.kwargs).to(dtype).train(training)
        other = theirs(*made.args, **made.kwargs).to(dtype).train(training)
        other.load_state_dict(mine.state_dict())  # and back
        mine.load_state_dict(other.state_dict())
        for got, right in zip(run(mine, case), run(other, case), strict=True):
            torch.testing.assert_close(got, right, **TOLERANCES[dtype])


@pytest.mark.parametrize(("theirs", "ours"), PAIRS, ids=["LSTM", "RNN"])
def test_every_error_case_raises_the_same_error(
    theirs: type[nn.Module], ours: type[nn.Module]
) -> None:
    info = next(info for info in module_db if info.module_cls is theirs)
    found = info.module_error_inputs_func(
        info, device="cpu", dtype=torch.float32, requires_grad=False, training=True
    )
    assert len(found) >= 14
    for case in found:
        made, given = (
            case.module_error_input.constructor_input,
            case.module_error_input.forward_input,
        )
        with pytest.raises(case.error_type) as raised:
            ours(*made.args, **made.kwargs)(*given.args, **given.kwargs)
        assert re.search(case.error_regex, str(raised.value)), case.error_regex
