"""A field of another program, as far as the program describes it."""

from dataclasses import dataclass

from karussell.ibus.purposes import (
    is_terminal,
    program_of,
    purpose_name,
    wants_corrections,
)

_PREEDIT, _SURROUNDING = 1 << 0, 1 << 5  # of IBus.Capabilite
_FAKE = "fake"  # the context that has the focus where no field has it


@dataclass
class Field:
    """What is known of the field that has the focus.

    Attributes:
        client: What its input context calls itself; "" where the engine came after the focus.
        capabilities: What its program can do.
        purpose: What it is for; only changes are told, so it outlives the focus.
        hints: More of that.
        covered: Whether what stands there is shown as bullets.
    """

    client: str = ""
    capabilities: int = 0
    purpose: int = 0
    hints: int = 0
    covered: bool = False

    @property
    def closed(self) -> bool:
        """Whether nothing is read, offered or learned here."""
        return (
            self.client == _FAKE
            or self.covered
            or self.named_purpose is None
            or is_terminal(self.client)
        )

    @property
    def tells(self) -> bool:
        """Whether the program tells its text."""
        return bool(self.capabilities & _SURROUNDING)

    @property
    def shows(self) -> bool:
        """Whether the program shows a text that is not written yet."""
        return bool(self.capabilities & _PREEDIT)

    @property
    def corrects(self) -> bool:
        """Whether words are corrected here."""
        return wants_corrections(self.hints)

    @property
    def named_purpose(self) -> str | None:
        """What the protocol calls its purpose, None for a secret."""
        return purpose_name(self.purpose, self.hints)

    @property
    def app(self) -> str | None:
        """The program, where it tells its name."""
        return program_of(self.client)

    def leave(self) -> None:
        """No field has the focus."""
        self.client = _FAKE
