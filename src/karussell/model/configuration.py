"""The sizes of a language model."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from karussell.kernels import Block

# Far beyond any model of words, and small enough that no product of two overflows 64 bits.
_Size = Annotated[int, Meta(ge=1, le=2**24)]
_Layers = Annotated[int, Meta(ge=1, le=64)]


class Configuration(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sizes of a language model.

    Attributes:
        cell: The recurrent layer: memory blocks, or the plain RNN.
        layers: Recurrent layers, L.
        embedding_size: Numbers per word, E.
        hidden_size: Memory cells per layer, H.
        cells_per_block: Memory cells sharing one set of gates, S; 1 for a plain RNN.
        coupled_gates: Whether the input gate is what the forget gate leaves, and has no weights.
        vocabulary_size: Words that can be predicted, V.
    """

    cell: Literal["lstm", "rnn"]
    layers: _Layers
    embedding_size: _Size
    hidden_size: _Size
    cells_per_block: _Size = 1
    coupled_gates: bool = False
    vocabulary_size: _Size

    def __post_init__(self) -> None:
        """Refuse sizes that do not go together.

        Raises:
            ValueError: Naming the size and what was expected.
        """
        self.block.blocks(self.hidden_size)
        if self.cell == "rnn" and self.cells_per_block != 1:
            raise ValueError(f"cells_per_block is {self.cells_per_block}, expected 1 for an rnn")
        if self.cell == "rnn" and self.coupled_gates:
            raise ValueError("coupled_gates is true, expected false for an rnn")

    @property
    def block(self) -> Block:
        """What the memory blocks are made of."""
        return Block(cells=self.cells_per_block, coupled=self.coupled_gates)

    @property
    def gate_rows(self) -> int:
        """Rows of a layer's weights, G: H and one a gate of each block, or H for a plain RNN."""
        if self.cell == "rnn":
            return self.hidden_size
        return self.block.gate_rows(self.hidden_size)
