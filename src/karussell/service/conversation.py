"""One text field asks and teaches, one session answers: no line between them is known here."""

from typing import NamedTuple

import msgspec

from karussell.errors import KarussellError, UsageError
from karussell.keyboard import (
    SEPARATORS,
    Context,
    Kind,
    Lesson,
    Predictor,
    Strip,
    from_word,
)
from karussell.service import protocol
from karussell.service.faults import record_fault
from karussell.service.protocol import CONTEXT_LIMIT, VERSION, Message, Reply

# Messages that can be taken back: more than anybody undoes one by one.
_LESSONS = 100

_messages = msgspec.json.Decoder(Message)
_replies = msgspec.json.Encoder()


class _Told(NamedTuple):
    """What one message told.

    Attributes:
        lesson: What it taught.
        text: What was to be learned, "" for nothing.
        typed: What was typed where another word was put, "" for nothing.
        word: That word.
        undone: Whether it was taken back, and what this taught is the lesson.
    """

    lesson: Lesson
    text: str = ""
    typed: str = ""
    word: str = ""
    undone: bool = False


class Conversation:
    """The service's end of one conversation.

    Args:
        predictor: What suggests and learns; shared with other conversations.
    """

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._session = predictor.session()
        self._greeted = False
        self._number = -1
        self._answer: tuple[int, Strip] = (-1, Strip())
        self._told: dict[int, _Told] = {}

    def reply(self, text: str) -> str:
        """The reply to one message. It takes about a millisecond.

        Whatever goes wrong becomes a line for the person who types; our own faults are recorded,
        without the text.
        """
        number: int | None = None
        try:
            message = _messages.decode(text)
            number = message.number
            self._count(number)
            return _replies.encode(self._obey(message)).decode()
        except (msgspec.MsgspecError, UnicodeEncodeError) as mistake:
            error = f"Not a message that version {VERSION} reads: {mistake}"
        except KarussellError as mistake:
            error = str(mistake)
        except Exception as fault:  # the outermost edge: the field goes on, the log stays wordless
            record_fault(fault)
            error = "A fault in Karussell; your text is untouched."
        return _replies.encode(protocol.Failure(number=number, error=error)).decode()

    def _obey(self, message: Message) -> Reply:
        if isinstance(message, protocol.Hello):
            return self._welcome(message)
        if not self._greeted:
            raise UsageError(f"no greeting came first; say hello in version {VERSION}")
        if isinstance(message, protocol.Ask):
            return self._ask(message)
        return protocol.Done(number=message.number, changed=self._change(message))

    def _count(self, number: int) -> None:
        if number <= self._number:
            raise UsageError(
                f"message {number} follows message {self._number}, expected a greater number"
            )
        self._number = number

    def _welcome(self, message: protocol.Hello) -> protocol.Welcome:
        if message.version != VERSION:
            raise UsageError(
                f"version {message.version} of the protocol is not spoken here, expected "
                f"{VERSION}; load the page anew, or take a keyboard of this service's version"
            )
        self._session.lay_out(message.layout)
        if message.damage is not msgspec.UNSET:
            self._session.embolden(message.damage)
        self._greeted = True
        return protocol.Welcome(
            number=message.number,
            version=VERSION,
            language=self._predictor.model.card.language,
            capabilities=protocol.CAPABILITIES,
            rules=self._predictor.rules,
            separators=SEPARATORS,
        )

    def _ask(self, message: protocol.Ask) -> protocol.Answer:
        session = self._session
        left = message.left
        if message.start or len(left) == CONTEXT_LIMIT:
            left = from_word(left)  # half a word is none
        start = message.start + len(message.left) - len(left)
        context = Context(left=left, right=message.right, taps=message.taps)
        session.replace(context, start=start)
        strip = session.strip()
        self._answer = message.number, strip
        return protocol.Answer(
            number=message.number,
            literal=strip.literal,
            slots=strip.slots,
            best=strip.best,
            autocorrect=strip.autocorrect,
            starts_sentence=session.starts_sentence,
            digit_goes_on=session.digit_goes_on,
        )

    def _change(self, message: Message) -> bool:
        """Change what is known; whether it is other than before."""
        if isinstance(message, protocol.Accept):
            return self._keep(message.number, self._accept(message))
        if isinstance(message, protocol.Correct):
            return self._keep(message.number, self._correct(message))
        if isinstance(message, protocol.Learn):
            lesson = self._session.learn(message.text)
            return self._keep(message.number, _Told(lesson, text=message.text))
        if isinstance(message, protocol.Forget):
            return self._predictor.forget(message.word)
        if isinstance(message, protocol.Revert):
            return self._revert(message)
        if isinstance(message, protocol.Layout):
            self._session.lay_out(message.layout)
            return False
        if isinstance(message, protocol.Boldness):
            self._session.embolden(message.damage)
            return False
        self._session.clear()
        self._answer = (-1, Strip())
        self._told.clear()
        return False

    def _accept(self, message: protocol.Accept) -> _Told:
        strip = self._last(message.answer)
        place = message.place
        suggestion = strip.literal if place == "literal" else strip.slots[place]
        if suggestion is None:
            raise UsageError(
                f"place {place} of answer {message.answer} is empty and cannot be accepted"
            )
        lesson = self._session.accept(suggestion)
        if suggestion.kind is Kind.CORRECTION and strip.literal:
            return _Told(lesson, suggestion.text, strip.literal.text, suggestion.text)
        return _Told(lesson, suggestion.text)

    def _correct(self, message: protocol.Correct) -> _Told:
        strip = self._last(message.answer)
        if strip.literal is None or (done := self._session.correct()) is None:
            raise UsageError(f"answer {message.answer} has no correction")
        return _Told((), typed=strip.literal.text, word=done.text)

    def _last(self, answer: int) -> Strip:
        """The last answer, if it is the one that is meant."""
        number, strip = self._answer
        if answer != number:
            raise UsageError(
                f"what answer {answer} offered cannot be accepted, expected the last answer, "
                f"{number}; ask for suggestions again"
            )
        self._answer = -1, Strip()
        return strip

    def _revert(self, message: protocol.Revert) -> bool:
        """Take back what a message taught, or the taking back of it; whether that was anything."""
        if (told := self._told.pop(message.message, None)) is None:
            raise UsageError(f"message {message.message} taught nothing that can be taken back")
        self._predictor.unlearn(told.lesson)
        lesson: Lesson = ()
        if not told.undone and told.typed:
            lesson = self._session.reject(told.typed, told.word)
        elif told.undone and told.text:
            lesson = self._session.learn(told.text)
        now = told._replace(lesson=lesson, undone=not told.undone)
        return self._keep(message.number, now) or bool(told.lesson)

    def _keep(self, number: int, told: _Told) -> bool:
        self._told[number] = told
        if len(self._told) > _LESSONS:
            del self._told[next(iter(self._told))]
        return bool(told.lesson)
