import json

import msgspec

from karussell.service import protocol


def test_every_message_in_the_documentation_is_one() -> None:
    assert protocol.__doc__ is not None
    decoder, shown = json.JSONDecoder(), []
    for start in protocol.__doc__.split('{"type"')[1:]:
        message, _ = decoder.raw_decode('{"type"' + start)
        replies = ("welcome", "answer", "done", "failure")
        kind = protocol.Reply if message["type"] in replies else protocol.Message
        msgspec.convert(message, kind)
        shown.append(message["type"])
    assert {*protocol.CAPABILITIES, "hello", *replies} == set(shown)
