"""Networks of other kinds, as large and trained as ours, to know what memory blocks are worth."""

from karussell.errors import needing

with needing("peers need"):
    from karussell.peers.model import PeerModel, open_peer, save_peer
    from karussell.peers.network import Peer, PeerNetwork, Transformer, heads, peer_network
    from karussell.peers.run import train_peer
    from karussell.peers.sizes import equal_settings

__all__ = [
    "Peer",
    "PeerModel",
    "PeerNetwork",
    "Transformer",
    "equal_settings",
    "heads",
    "open_peer",
    "peer_network",
    "save_peer",
    "train_peer",
]
