import json

import msgspec

from karussell.service import protocol, replies

_REPLIES = {
    *("welcome", "answer", "reason", "gates", "weights"),
    *("memory", "forgotten", "savings", "done", "failure"),
}


def test_every_message_in_the_documentation_is_one() -> None:
    assert protocol.__doc__ is not None
    decoder, shown = json.JSONDecoder(), []
    for start in protocol.__doc__.split('{"type"')[1:]:
        message, _ = decoder.raw_decode('{"type"' + start)
        kind = replies.Reply if message["type"] in _REPLIES else protocol.Message
        msgspec.convert(message, kind)
        shown.append(message["type"])
    assert {*protocol.CAPABILITIES, "hello", *_REPLIES} == set(shown)
