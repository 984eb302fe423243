"""The keyboard as a page, served from this machine to this machine."""

from karussell.web.access import Access
from karussell.web.app import create_app, create_lab
from karussell.web.listening import DEFAULT_PORT
from karussell.web.server import serve, serve_lab

__all__ = ["DEFAULT_PORT", "Access", "create_app", "create_lab", "serve", "serve_lab"]
