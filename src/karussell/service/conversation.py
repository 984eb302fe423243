"""One text field asks and teaches, one session answers: no line between them is known here."""

from typing import Literal, NamedTuple

import msgspec

from karussell.errors import KarussellError, UsageError
from karussell.history import COUNTS
from karussell.keyboard import (
    SEPARATORS,
    Context,
    Deed,
    Forgotten,
    Lesson,
    Predictor,
    Strip,
    Suggestion,
    from_word,
)
from karussell.service import protocol, replies
from karussell.service.faults import record_fault
from karussell.service.inside import gates_told, weights_told
from karussell.service.protocol import CONTEXT_LIMIT, MESSAGE_LIMIT, VERSION, Message
from karussell.service.recalling import recalled
from karussell.service.replies import Reply
from karussell.writing import Rules

# Messages that can be taken back: more than anybody undoes one by one.
_LESSONS = 100
# Answers whose words can be picked: about one text it is asked again once a language is fixed.
_ANSWERS = 20

_messages = msgspec.json.Decoder(Message)
_replies = msgspec.json.Encoder()


class _Told(NamedTuple):
    """What one message told.

    Attributes:
        deed: The pick, or the correction that was made or undone.
        text: The finished text.
        lesson: What this taught.
        undone: Whether it is taken back.
        forgotten: What it had the memory forget.
    """

    deed: Deed | None = None
    text: str = ""
    lesson: Lesson = ()
    undone: bool = False
    forgotten: Forgotten | None = None


class Conversation:
    """The service's end of one conversation.

    Args:
        predictor: What suggests and learns; shared with other conversations.
    """

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._session = predictor.session()
        self._mixes = len(predictor.languages.models) > 1
        self._greeted = False
        self._number = -1
        self._answers: dict[int, Strip] = {}
        self._told: dict[int, _Told] = {}

    def reply(self, text: str) -> str:
        """The reply to one message. It takes about a millisecond.

        Whatever goes wrong becomes a line for the person who types; our own faults are recorded,
        without the text.
        """
        number: int | None = None
        try:
            _check_size(text)
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
        return _replies.encode(replies.Failure(number=number, error=error)).decode()

    def _obey(self, message: Message) -> Reply:
        if isinstance(message, protocol.Hello):
            return self._welcome(message)
        if not self._greeted:
            raise UsageError(f"no greeting came first; say hello in version {VERSION}")
        if isinstance(message, protocol.Ask):
            return self._ask(message)
        if isinstance(message, protocol.Why):
            return self._why(message)
        if isinstance(message, protocol.Inside | protocol.Weigh):
            return self._look_inside(message)
        if isinstance(message, protocol.Forget):
            return self._forget(message)
        if isinstance(message, protocol.Learned):
            return recalled(self._predictor, message)
        if isinstance(message, protocol.Saved):
            memory = self._predictor.memory
            return replies.Savings(number=message.number, days=memory.days(), on=memory.counts)
        return replies.Done(number=message.number, changed=self._change(message))

    def _count(self, number: int) -> None:
        if number <= self._number:
            raise UsageError(
                f"message {number} follows message {self._number}, expected a greater number"
            )
        self._number = number

    def _welcome(self, message: protocol.Hello) -> replies.Welcome:
        if message.version != VERSION:
            raise UsageError(
                f"version {message.version} of the protocol is not spoken here, expected "
                f"{VERSION}; load the page anew, or take a keyboard of this service's version"
            )
        self._predictor.languages.index(message.language)
        self._session.lay_out(message.layout)
        if message.damage is not msgspec.UNSET:
            self._session.embolden(message.damage)
        self._session.describe(
            purpose=message.purpose,
            app=message.app,
            private=message.private,
            language=message.language,
        )
        self._greeted = True
        tags = tuple(dict.fromkeys(self._predictor.languages.tags))
        return replies.Welcome(
            number=message.number,
            version=VERSION,
            language=self._predictor.language,
            languages=tags,
            capabilities=protocol.CAPABILITIES,
            rules=self._predictor.rules,
            rules_of={tag: Rules.of_language(tag) for tag in tags}
            if self._mixes
            else msgspec.UNSET,
            separators=SEPARATORS,
            keeps=self._predictor.memory.keeps,
            notice=self._predictor.memory.notice,
        )

    def _ask(self, message: protocol.Ask) -> replies.Answer:
        session = self._session
        if session.field.is_secret:
            return self._silence(message)
        left = message.left
        if message.start or len(left) == CONTEXT_LIMIT:
            left = from_word(left)  # half a word is none
        start = message.start + len(message.left) - len(left)
        context = Context(left=left, right=message.right, taps=message.taps)
        session.replace(context, start=start)
        strip = self._strip(message.number)
        return replies.Answer(
            number=message.number,
            literal=strip.literal,
            slots=strip.slots,
            best=strip.best,
            autocorrect=strip.autocorrect,
            starts_sentence=session.starts_sentence,
            digit_goes_on=session.digit_goes_on,
            languages=self._believed(context),
            language=session.language if self._mixes else msgspec.UNSET,
        )

    def _strip(self, number: int) -> Strip:
        """What an answer offers, of which something may be picked."""
        strip = self._answers[number] = self._session.strip()
        if len(self._answers) > _ANSWERS:
            del self._answers[next(iter(self._answers))]
        return strip

    def _believed(self, context: Context) -> dict[str, float]:
        if not self._mixes:
            return {}
        return self._predictor.believed(context, field=self._session.field)

    def _silence(self, message: protocol.Ask) -> replies.Answer:
        """Answer where nothing is read: what stands in the field is not even looked at."""
        return replies.Answer(
            number=message.number,
            literal=None,
            slots=self._strip(message.number).slots,
            best=None,
            autocorrect=None,
            starts_sentence=False,
            digit_goes_on=True,
            languages={},
        )

    def _why(self, message: protocol.Why) -> replies.Reason:
        suggestion = self._offered(message.answer, message.place)
        session = self._session
        reason = self._predictor.why(suggestion, session.context, field=session.field)
        return replies.Reason(number=message.number, word=reason.word, parts=reason.parts)

    def _look_inside(self, message: protocol.Inside | protocol.Weigh) -> Reply:
        context, field = self._session.context, self._session.field
        inside = self._predictor.inside
        if isinstance(message, protocol.Inside):
            self._answered(message.answer)
            language = self._session.language
            return gates_told(message.number, language, inside.gates(context, field=field))
        offered = self._offered(message.answer, message.place)
        found = inside.weights(context, offered.text, field=field, language=offered.language)
        return weights_told(message.number, found)

    def _forget(self, message: protocol.Forget) -> replies.Forgotten:
        forgotten = self._predictor.memory.forget(
            message.word,
            since=message.since,
            until=message.until,
            app=message.app,
            everything=message.everything,
        )
        self._keep(message.number, _Told(forgotten=forgotten))
        return replies.Forgotten(
            number=message.number,
            entries=forgotten.entries,
            copies=forgotten.copies,
            files=forgotten.files,
        )

    def _change(self, message: Message) -> bool:
        """Change what is known; whether it is other than before."""
        if isinstance(message, protocol.Accept):
            return self._keep(message.number, self._accept(message))
        if isinstance(message, protocol.Correct):
            return self._keep(message.number, self._correct(message))
        if isinstance(message, protocol.Learn):
            lesson = self._session.learn(message.text)
            return self._keep(message.number, _Told(text=message.text, lesson=lesson))
        if isinstance(message, protocol.Revert):
            return self._revert(message)
        self._set(message)
        return False

    def _set(self, message: Message) -> None:
        """Change how this conversation goes on, or what is counted; nothing is learned by it."""
        if isinstance(message, protocol.Layout):
            self._session.lay_out(message.layout)
        elif isinstance(message, protocol.Boldness):
            self._session.embolden(message.damage)
        elif isinstance(message, protocol.Field):
            self._describe(message)
        elif isinstance(message, protocol.Tally):
            counted = {name: getattr(message, name) for name in COUNTS}
            self._predictor.memory.tally(app=self._session.field.app, **counted)
        elif isinstance(message, protocol.Saving):
            self._predictor.memory.counts = message.on
        else:
            self._session.clear()
            told = self._told.items()
            self._told = {number: each for number, each in told if each.forgotten is not None}

    def _describe(self, message: protocol.Field) -> None:
        session = self._session
        if message.purpose is not msgspec.UNSET:
            session.describe(purpose=message.purpose)
        if message.app is not msgspec.UNSET:
            session.describe(app=message.app)
        if message.private is not msgspec.UNSET:
            session.describe(private=message.private)
        if message.language is not msgspec.UNSET:
            self._predictor.languages.index(message.language)
            session.describe(language=message.language)

    def _accept(self, message: protocol.Accept) -> _Told:
        self._session.accept(self._offered(message.answer, message.place))
        return _Told(deed=self._session.last_deed)

    def _correct(self, message: protocol.Correct) -> _Told:
        if self._session.correct(self._answered(message.answer)) is None:
            raise UsageError(f"answer {message.answer} has no correction")
        return _Told(deed=self._session.last_deed)

    def _offered(self, answer: int, place: int | Literal["literal"]) -> Suggestion:
        """What stands at a place of an answer."""
        strip = self._answered(answer)
        suggestion = strip.literal if place == "literal" else strip.slots[place]
        if suggestion is None:
            raise UsageError(f"place {place} of answer {answer} is empty and cannot be accepted")
        return suggestion

    def _answered(self, answer: int) -> Strip:
        """What an answer about the text as it stands offered."""
        strip = self._answers.get(answer)
        if strip is None or not self._session.stands(strip):
            raise UsageError(
                f"what answer {answer} offered cannot be accepted, expected an answer about the "
                "text as it stands; ask for suggestions again"
            )
        return strip

    def _revert(self, message: protocol.Revert) -> bool:
        """Take back what a message taught, or the taking back of it; whether that was anything."""
        if (told := self._told.pop(message.message, None)) is None:
            raise UsageError(f"message {message.message} taught nothing that can be taken back")
        if told.forgotten is not None:
            memory, forgotten = self._predictor.memory, told.forgotten
            if told.undone:
                forgotten = memory.forget_again(forgotten)
            else:
                memory.recover(forgotten)
            self._keep(message.number, _Told(forgotten=forgotten, undone=not told.undone))
            return forgotten.entries > 0
        if told.deed is not None:
            return self._keep(message.number, _Told(deed=self._session.undo(told.deed)))
        if told.undone:
            lesson = self._session.learn(told.text)
            return self._keep(message.number, told._replace(lesson=lesson, undone=False))
        self._predictor.unlearn(told.lesson)
        self._keep(message.number, told._replace(lesson=(), undone=True))
        return bool(told.lesson)

    def _keep(self, number: int, told: _Told) -> bool:
        self._told[number] = told
        if len(self._told) > _LESSONS:
            del self._told[next(iter(self._told))]
        return bool(told.lesson)


def _check_size(text: str) -> None:
    """Look that a message is none that is too long to be read.

    Raises:
        UsageError: It is.
        UnicodeEncodeError: It is no text.
    """
    if len(text) * 4 > MESSAGE_LIMIT and (size := len(text.encode())) > MESSAGE_LIMIT:
        raise UsageError(f"a message of {size} bytes, expected at most {MESSAGE_LIMIT}")
