"""Random layers and sequences to test with."""

from dataclasses import replace
from typing import NamedTuple, NotRequired, TypedDict

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from karussell.blocks import Noise, Norms
from karussell.kernels import Activation, Block, Floats, Nonlinearity


class Shape(NamedTuple):
    """T, N, I, B and S; which options; P, or 0 without a projection; what the kernels lack."""

    time: int
    batch: int
    inputs: int
    blocks: int
    cells: int = 1
    coupled: bool = False
    peepholes: bool = False
    projected: int = 0
    lengths: bool = False
    form: Block | None = None
    noise: bool = False

    @property
    def hidden(self) -> int:
        return self.blocks * self.cells

    @property
    def outputs(self) -> int:
        return self.projected or self.hidden

    @property
    def block(self) -> Block:
        if self.form is not None:
            return replace(self.form, cells=self.cells)
        return Block(self.cells, self.coupled)

    @property
    def gates(self) -> int:
        return self.block.gate_rows(self.hidden)


class KernelOptions(TypedDict):
    """What not every layer has."""

    peepholes: Floats | None
    projection: Floats | None
    lengths: npt.NDArray[np.int64] | None
    block: Block


class Options(KernelOptions):
    """What no layer of the kernels has, too."""

    weight_gh: NotRequired[Floats]
    norms: NotRequired[Norms[Floats]]
    gates: NotRequired[Floats]
    noise: NotRequired[Noise[Floats]]


class Layer(NamedTuple):
    """Everything that goes into a pass over a sequence, in the order of its arguments."""

    x: Floats
    weight_ih: Floats
    weight_hh: Floats
    bias: Floats
    hidden: Floats
    cell: Floats

    def as_type(self, dtype: type[np.floating]) -> "Layer":
        return Layer(*(np.ascontiguousarray(array, dtype) for array in self))


class OutputGradients(NamedTuple):
    """Gradients on every hidden state and on the last cell state."""

    hidden: Floats
    cell: Floats

    def as_type(self, dtype: type[np.floating]) -> "OutputGradients":
        return OutputGradients(self.hidden.astype(dtype), self.cell.astype(dtype))


def lstm_layer(shape: Shape, seed: int = 0) -> Layer:
    """Draw a layer of memory blocks and a sequence, in float64."""
    return _layer(shape, shape.gates, seed)


def lstm_options(shape: Shape, seed: int = 2, dtype: type[np.floating] = np.float64) -> Options:
    """Draw what the shape asks for beyond a common layer."""
    random = np.random.default_rng(seed)
    width = 1 / np.sqrt(shape.hidden)
    peepholes = random.uniform(-0.5, 0.5, (shape.block.gates, shape.hidden)) / shape.cells
    projection = random.uniform(-width, width, (shape.projected, shape.hidden))
    lengths = random.integers(0, shape.time + 1, shape.batch)
    options: Options = {
        "peepholes": peepholes.astype(dtype) if shape.peepholes else None,
        "projection": projection.astype(dtype) if shape.projected else None,
        "lengths": lengths if shape.lengths else None,
        "block": shape.block,
    }
    fed_back = shape.gates - shape.hidden
    if shape.block.gate_recurrence:
        options["weight_gh"] = random.uniform(-0.5, 0.5, (shape.gates, fed_back)).astype(dtype)
        options["gates"] = random.uniform(0, 1, (shape.batch, fed_back)).astype(dtype)
    if shape.block.layer_norm:
        sizes = (shape.gates, shape.gates, shape.hidden, shape.hidden)
        options["norms"] = Norms(*(random.uniform(0.3, 1, size).astype(dtype) for size in sizes))
    if shape.noise:
        steps = (shape.time, shape.batch)
        options["noise"] = Noise(
            2.0 * random.integers(0, 2, (shape.batch, shape.outputs)).astype(dtype),
            random.integers(0, 2, (*steps, shape.outputs)).astype(dtype),
            random.integers(0, 2, (*steps, shape.hidden)).astype(dtype),
        )
    return options


def kernel_options(
    shape: Shape, seed: int = 2, dtype: type[np.floating] = np.float64
) -> KernelOptions:
    """The same for a shape that the kernels can run."""
    options = lstm_options(shape, seed, dtype)
    return {
        "peepholes": options["peepholes"],
        "projection": options["projection"],
        "lengths": options["lengths"],
        "block": options["block"],
    }


def rnn_layer(shape: Shape, seed: int = 0) -> Layer:
    """Draw a plain recurrent layer and a sequence, in float64; its cell is to be ignored."""
    return _layer(shape, shape.hidden, seed)


def output_gradients(shape: Shape, seed: int = 1) -> OutputGradients:
    """Draw gradients from outside, in float64."""
    random = np.random.default_rng(seed)
    return OutputGradients(
        random.standard_normal((shape.time, shape.batch, shape.outputs)),
        random.standard_normal((shape.batch, shape.hidden)),
    )


def _layer(shape: Shape, rows: int, seed: int) -> Layer:
    random = np.random.default_rng(seed)
    time, batch, inputs, hidden = shape.time, shape.batch, shape.inputs, shape.hidden
    outputs = shape.outputs
    width = 1 / np.sqrt(hidden)  # keeps the net inputs where no nonlinearity is flat
    return Layer(
        x=random.standard_normal((time, batch, inputs)),
        weight_ih=random.uniform(-width, width, (rows, inputs)),
        weight_hh=random.uniform(-width, width, (rows, outputs)),
        bias=random.uniform(-width, width, rows),
        hidden=random.uniform(-1, 1, (batch, outputs)),
        cell=random.standard_normal((batch, hidden)),
    )


NONLINEARITIES: tuple[Nonlinearity, ...] = ("tanh", "relu")


def shapes(most: int = 4) -> st.SearchStrategy[Shape]:
    """Small shapes of every kind."""
    return st.builds(
        Shape,
        time=st.integers(1, most),
        batch=st.integers(1, most),
        inputs=st.integers(1, most),
        blocks=st.integers(1, most),
        cells=st.sampled_from([1, 2, 3, 4]),
        coupled=st.booleans(),
        peepholes=st.booleans(),
        projected=st.integers(0, 3),
        lengths=st.booleans(),
        form=st.none(),
        noise=st.just(False),
    )


ACTIVATIONS = (
    Activation("sigmoid"),
    Activation("tanh"),
    Activation("softsign"),
    Activation("affine", 0.5, 0.2),
    Activation("scaled_tanh", 2.0, 0.5),
    Activation("hard_sigmoid", 0.2, 0.5),
    Activation("relu"),
)


def forms() -> st.SearchStrategy[Block]:
    """Blocks of every kind, most of them beyond the kernels, all of them smooth almost everywhere.

    Clips are wide enough that some net inputs are clipped and some are not.
    """
    activation = st.sampled_from(ACTIVATIONS)
    return st.builds(
        lambda two, **choices: Block(coupled=two == 1, forgets=two != 2, **choices),
        st.integers(0, 2),
        gate=activation,
        cell_input=activation,
        cell_output=activation,
        gate_recurrence=st.booleans(),
        layer_norm=st.booleans(),
        net_clip=st.sampled_from([None, 0.7]),
        cell_clip=st.sampled_from([None, 0.9]),
    )


def any_shapes(most: int = 3) -> st.SearchStrategy[Shape]:
    """Small shapes with any combination of options."""
    return st.builds(
        lambda shape, form, noise: shape._replace(form=form, noise=noise),
        shapes(most),
        forms(),
        st.booleans(),
    )
