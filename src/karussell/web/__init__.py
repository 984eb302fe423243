"""The keyboard as a page and for programs, served from this machine to this machine."""

from karussell.web.access import Access, origin_of
from karussell.web.app import create_app, create_lab
from karussell.web.listening import DEFAULT_PORT
from karussell.web.offline import write_app
from karussell.web.place import claimed
from karussell.web.programs import serve_programs
from karussell.web.running import link_of_running
from karussell.web.server import serve, serve_lab, show
from karussell.web.tokens import token_of, usual_token_file

__all__ = [
    "DEFAULT_PORT",
    "Access",
    "claimed",
    "create_app",
    "create_lab",
    "link_of_running",
    "origin_of",
    "serve",
    "serve_lab",
    "serve_programs",
    "show",
    "token_of",
    "usual_token_file",
    "write_app",
]
