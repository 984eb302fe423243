"""What a writer's own text tells of the words to come: mixed with what the models say."""

from typing import TYPE_CHECKING

from karussell.doors import door
from karussell.personal.reason import Part, Reason
from karussell.personal.settings import Settings
from karussell.personal.taught import Taught

if TYPE_CHECKING:
    from karussell.personal.mixture import Personal

__all__ = ["Part", "Personal", "Reason", "Settings", "Taught"]

# Who has taught nothing yet does not wait for what mixes it.
__getattr__ = door(__name__, {"mixture": ("Personal",)})
