"""One text field asks and teaches, one session answers: no line between them is known here."""

import msgspec

from karussell.errors import KarussellError, UsageError
from karussell.keyboard import TAKES_SPACE, WANTS_SPACE, Context, Lesson, Predictor, Suggestion
from karussell.service import protocol
from karussell.service.faults import record_fault
from karussell.service.protocol import VERSION, Message, Reply

SUGGESTIONS = 3
# Lessons that can be taken back: more than anybody undoes one by one.
_LESSONS = 100

_messages = msgspec.json.Decoder(Message)
_replies = msgspec.json.Encoder()


class Conversation:
    """The service's end of one conversation.

    Args:
        predictor: What suggests and learns; shared with other conversations.
    """

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._session = predictor.session()
        self._greeted = False
        self._answer: tuple[int, list[Suggestion]] = (-1, [])
        self._lessons: dict[int, Lesson] = {}

    def reply(self, text: str) -> str:
        """The reply to one message. It takes about a millisecond.

        Whatever goes wrong becomes a line for the person who types; our own faults are recorded,
        without the text.
        """
        number: int | None = None
        try:
            message = _messages.decode(text)
            number = message.number
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

    def _welcome(self, message: protocol.Hello) -> protocol.Welcome:
        if message.version != VERSION:
            raise UsageError(
                f"version {message.version} of the protocol is not spoken here, expected "
                f"{VERSION}; load the page anew, or take a keyboard of this service's version"
            )
        self._greeted = True
        return protocol.Welcome(
            number=message.number,
            version=VERSION,
            language=self._predictor.model.card.language,
            capabilities=protocol.CAPABILITIES,
            rules=protocol.Rules(
                takes_space="".join(sorted(TAKES_SPACE)), wants_space="".join(sorted(WANTS_SPACE))
            ),
        )

    def _ask(self, message: protocol.Ask) -> protocol.Answer:
        session = self._session
        session.replace(Context(left=message.left, right=message.right))
        suggestions = session.suggestions(limit=SUGGESTIONS)
        self._answer = message.number, suggestions
        return protocol.Answer(
            number=message.number,
            suggestions=suggestions,
            starts_sentence=session.starts_sentence,
            digit_goes_on=session.digit_goes_on,
        )

    def _change(self, message: Message) -> bool:
        """Change what is known; whether it is other than before."""
        if isinstance(message, protocol.Accept):
            return self._keep(message.number, self._accept(message))
        if isinstance(message, protocol.Learn):
            return self._keep(message.number, self._predictor.learn(message.text))
        if isinstance(message, protocol.Forget):
            return self._predictor.forget(message.word)
        if isinstance(message, protocol.Revert):
            if message.message not in self._lessons:
                raise UsageError(f"message {message.message} taught nothing that can be taken back")
            lesson = self._lessons.pop(message.message)
            self._predictor.unlearn(lesson)
            return bool(lesson)
        self._session.replace(Context())
        self._answer = (-1, [])
        self._lessons.clear()
        return False

    def _accept(self, message: protocol.Accept) -> Lesson:
        number, suggestions = self._answer
        if message.answer != number or message.place >= len(suggestions):
            raise UsageError(
                f"place {message.place} of answer {message.answer} cannot be accepted, expected "
                f"one of the last answer's {len(suggestions)}; ask for suggestions again"
            )
        return self._session.accept(suggestions[message.place])

    def _keep(self, number: int, lesson: Lesson) -> bool:
        self._lessons[number] = lesson
        if len(self._lessons) > _LESSONS:
            del self._lessons[next(iter(self._lessons))]
        return bool(lesson)
