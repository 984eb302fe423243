"""What a writer's own text tells of the words to come: mixed with what the models say."""

from karussell.personal.mixture import Personal
from karussell.personal.reason import Part, Reason
from karussell.personal.settings import Settings
from karussell.personal.taught import Taught

__all__ = ["Part", "Personal", "Reason", "Settings", "Taught"]
