"""What was typed, and what was meant: keys, errors, and the words behind them."""

from karussell.correction.channel import Channel, Odds, Space
from karussell.correction.corrections import After, Correction, corrections
from karussell.correction.geometry import Geometry, Tap

__all__ = ["After", "Channel", "Correction", "Geometry", "Odds", "Space", "Tap", "corrections"]
