"""One writer in one field after another: what each key does there.

Nothing here knows IBus or waits. Answers and reports come when they come; late ones are dropped.
"""

from typing import Any

from karussell.ibus.clusters import word_start
from karussell.ibus.correcting import Correcting
from karussell.ibus.fields import Field
from karussell.ibus.keys import Key
from karussell.ibus.lines import finished
from karussell.ibus.messages import Answer, Place, Server, question_at, read_rules
from karussell.ibus.pens import DirectPen, HeldPen, Pen, Screen, shared
from karussell.ibus.picking import chosen
from karussell.ibus.purposes import is_covered
from karussell.ibus.shadow import Shadow
from karussell.ibus.visits import Stretch, Visit
from karussell.writing import Rules, typed

_SILENT_KEYS = 3  # behind which a report is overdue
_ENTER = ("Return", "KP_Enter", "ISO_Enter")
_DAMAGE = 0.001  # of the correct words, what may be changed by mistake


class Session:
    """What a writer does in fields that tell as much as they like.

    Args:
        screen: The field, and the window beside it.
        server: The line to the server.
    """

    def __init__(self, screen: Screen, server: Server) -> None:
        self._screen, self._server = screen, server
        self._here = False  # the server is
        self._rules = Rules.of_language("")
        self._rules_of: dict[str, Rules] = {}
        self._field, self._visit, self._stretch = Field(), Visit(), Stretch()
        self._shadow = Shadow()
        self._pen: Pen = HeldPen(screen, can_show=False)
        self.separators = ""
        self._correcting = Correcting(self)
        self._enter_field()

    @property
    def closed(self) -> bool:
        """Whether nothing is read, offered or learned here."""
        return self._field.closed

    @property
    def corrects(self) -> bool:
        """Whether words are corrected here."""
        return self._field.corrects

    @property
    def pen(self) -> Pen:
        """What writes in the field."""
        return self._pen

    @property
    def server(self) -> Server:
        """The line to the server."""
        return self._server

    def focus(self, client: str) -> None:
        """Enter a field. Its purpose is the last one that was told: only changes are."""
        left = "" if self._field.client else self._pen.left  # keys may come before this is told
        if self._field.client:
            self._pen.lose()
        self._field.client = client
        self._enter_field(left)

    def unfocus(self) -> None:
        """Leave the field."""
        self._learn(whole=False)
        self._pen.lose()  # the program writes what is held
        self._field.leave()
        self._enter_field()

    def allow(self, capabilities: int) -> None:
        """Hear what the program can do."""
        if capabilities != self._field.capabilities:
            self._field.capabilities = capabilities
            self._enter_field()

    def describe(self, purpose: int, hints: int) -> None:
        """Hear what the field is for."""
        if (purpose, hints) != (self._field.purpose, self._field.hints):
            self._field.purpose, self._field.hints = purpose, hints
            self._enter_field()

    def reset(self) -> None:
        """Hear that the program dropped what was not written; some do at each backspace."""
        if isinstance(self._pen, HeldPen):
            self._pen.lose()
            self._forget()
            self._visit.wrote = False
        elif self._shadow.settled:
            self._shadow.forget_line()
            self._show(None)

    def report(self, text: str, caret: int, anchor: int) -> None:
        """Hear what stands in the field."""
        if self.closed or not self._field.tells:
            return
        if is_covered(text):
            self._enter_field(covered=True)
            return
        if not isinstance(self._pen, DirectPen):
            return
        self._visit.selecting = caret != anchor
        if self._shadow.report(text[:caret], text[caret:]):
            self._correcting.drop()
            if self._visit.unasked():  # Qt tells the text of secrets, whose keys never come here
                self._shadow.own, self._stretch.away = 0, self._pen.left
                self._show(None)
        self._go_on()

    def overdue(self) -> None:
        """Take what is known here for what stands in the field: no report came in time."""
        if self.closed or self._visit.selecting:
            return
        if self._shadow.known:
            if self._stretch.wanted is not None or self._correcting.waits:
                self._shadow.assume()
        elif self._field.tells and isinstance(self._pen, DirectPen):
            self._pen = self._held_pen(self._shadow.left)  # it claims to tell it, and does not
        self._go_on()

    def welcome(self, reply: dict[str, Any]) -> None:
        """The server is there."""
        self._here = True
        self._rules = read_rules(reply["rules"])
        self._rules_of = {tag: read_rules(each) for tag, each in reply.get("rules_of", {}).items()}
        self.separators = reply["separators"]
        self._pen.hold(True)
        self._refresh()

    def gone(self) -> None:
        """The server is not there: all keys go to the program."""
        self._here = False
        self._stretch = Stretch()
        self._correcting.lose_line()
        self._show(None)
        self._pen.hold(False)

    def answer(self, answer: Answer) -> None:
        """Hear what could come."""
        if self.closed or not self._here:
            return
        self._stretch.answer = answer
        self._rules = self._rules_of.get(answer.language, self._rules)
        self._correcting.answered(answer)
        self._go_on()

    def failed(self) -> None:
        """A question has no answer."""
        self._stretch.asked = None
        self._correcting.give_up()
        self._show(None)

    def key(self, key: Key) -> bool:
        """Do what a key does.

        Returns:
            Whether it is used up; else it goes to the program.
        """
        if self.closed:
            return False
        self._stretch.wanted = self._stretch.hoped = None
        done = self._press(key)
        self._visit.pressed |= not done
        self._settle()
        return done

    def pick(self, place: Place) -> bool:
        """Put a word that is seen into the text, once all is ready; whether there was one."""
        offered, seen = self._stretch.offered, self._stretch.seen
        word = seen.words.get(place) if seen else None
        if word is None or self.closed:
            return False
        if offered is None:
            self._stretch.hoped = word.text  # a moment too early
            return True
        if not self._pen.ready:
            self._stretch.wanted = place
            self._screen.later()
            return True
        self._server.tell("accept", answer=offered.number, place=place)
        self._correcting.picked(place, word.text)
        self._visit.counts.update(picks=1, keys=1)
        self.change(word.start, word.right, word.insert)
        self._stretch.remember(" " if word.insert.endswith(" ") else "", self._pen.left)
        self._stretch.picked = word.start
        self._stretch.wanted = self._stretch.hoped = None
        self._show(None)
        self._refresh()
        return True

    def change(self, start: int, right: int, text: str) -> None:
        """Change the field, by as little as possible."""
        left = self._pen.left
        kept = 0 if right else shared(left, start, text)
        self._visit.counts["letters"] += len(text) + start - len(left)
        self._pen.replace(start + kept, right, text[kept:])

    def later(self) -> None:
        """Go on in a moment, even if no report comes."""
        self._screen.later()

    def ask(self, left: str, right: str) -> None:
        """Ask what could come between two texts."""
        question = question_at(left, right)
        if question != self._stretch.asked:
            self._stretch.asked, self._stretch.answer = question, None
            self._correcting.asked()
            self._server.ask(question)

    def fits(self, answer: Answer, left: str, right: str) -> bool:
        """Whether an answer is about these texts."""
        return answer.question == question_at(left, right)

    def count(self, what: str) -> None:
        """Count it."""
        self._visit.counts[what] += 1

    def _press(self, key: Key) -> bool:
        left, shown = self._pen.left, self._stretch.offered
        seen = self._stretch.seen if key.alt or key.name == "Tab" else shown
        if (place := chosen(key, seen, tab=self._visit.wrote)) is not None:
            return self.pick(place)
        if key.name == "Tab" and seen and not shown and not key.shift:
            return True
        if key.text:
            return self._write(key.text)
        if key.name == "BackSpace" and not key.alt and not key.command:
            return self._erase()
        if key.name == "Escape" and shown and not key.command:
            self._stretch.away = left
            self._show(None)
            return True
        if self._may_correct and isinstance(self._pen, HeldPen):
            self._correcting.finish()  # elsewhere the key could overtake the correction
        if key.name in _ENTER and not key.command:
            self._learn(whole=True)
            self._pass_on(line=True)
        elif key.name.startswith("dead_") or key.name == "Multi_key":
            self._visit.composing = 2 if key.name == "Multi_key" else 1
            self._pen.let_go()
        else:
            self._pass_on()
            if key.name == "Tab":  # Qt tells of no secret field that it leads to
                self._stretch.away = self._pen.left
        return False

    @property
    def _may_correct(self) -> bool:
        return self._here and self._stretch.away != self._pen.left

    def _write(self, text: str) -> bool:
        visit, stretch = self._visit, self._stretch
        visit.counts["keys"] += 1
        if visit.composing or visit.selecting:
            visit.composing, visit.selecting = max(0, visit.composing - 1), False
            self._pass_on()
            return False
        visit.wrote = True
        pending = stretch.pending_at(self._pen.left)
        stretch.remember("", "")
        before = self._pen.left
        if not pending and self._may_correct:
            self._correcting.typed(text)
        corrected = self._pen.left != before  # the sign must not overtake that
        rule = typed(self._rules, self._pen.left, text, pending, double_space=False)
        plain = (rule.delete_left, rule.insert) == (0, text) and not corrected
        if plain or not (self._pen.ready or corrected):
            visit.counts["letters"] += len(text)
            done = self._pen.type(text)
        else:
            self.change(len(self._pen.left) - rule.delete_left, 0, rule.insert)
            done = True
        stretch.remember(rule.pending, self._pen.left)
        self._changed()
        return done

    def _erase(self) -> bool:
        visit = self._visit
        visit.counts["keys"] += 1
        self._stretch.remember("", "")
        if self._correcting.undo():
            visit.counts["undone"] += 1
            self._changed()
            return True
        if visit.selecting:
            self._pass_on()
            return False
        visit.counts["letters"] -= 1
        done = self._pen.erase()
        self._changed()
        return done

    def _changed(self) -> None:
        self._visit.silent += 1
        if self._visit.silent == _SILENT_KEYS and not self._pen.trusted:
            self._screen.later()
        self._stretch.offered = None  # it stays to be seen until the next answer comes
        self._refresh()

    def _pass_on(self, *, line: bool = False) -> None:
        """A key does what the program likes."""
        self._pen.leave(line=line)
        self._forget()
        self._visit.wrote = self._visit.wrote and line

    def _go_on(self) -> None:
        if self._visit.selecting:
            self._forget()
            return
        self._correcting.go_on()
        if (wanted := self._stretch.wanted) is not None and self._pen.ready:
            self.pick(wanted)
            return
        self._offer()
        self._refresh()

    def _offer(self) -> None:
        """Show what the last answer offers, if it is about the text as it stands."""
        answer, left = self._stretch.answer, self._pen.left
        if answer is None or answer is self._stretch.offered or self._stretch.away == left:
            return
        if self._correcting.waits or not self.fits(answer, left, self._pen.right):
            return
        words = {
            place: word
            for place, word in answer.words.items()
            if self._pen.reaches(word.start + shared(left, word.start, word.insert), word.right)
        }
        best = answer.best if answer.best in words else None
        self._stretch.answer = answer._replace(words=words, best=best)
        self._show(self._stretch.answer if words else None)
        for place in [place for place, word in words.items() if word.text == self._stretch.hoped]:
            self.pick(place)

    def _refresh(self) -> None:
        """Ask about the text as it stands."""
        if self.closed or not self._here or self._visit.selecting or not self._pen.trusted:
            return
        if self._stretch.away == self._pen.left or self._correcting.waits:
            return
        if not (self._pen.left or self._visit.wrote):
            return  # nothing pops up where somebody only passes by
        self.ask(self._pen.left, self._pen.right)

    def _settle(self) -> None:
        """Write what need not be held any more, at a key: as an answer comes the focus may go."""
        start = word_start(left := self._pen.left)
        if self._stretch.pending_at(left):
            start = min(start, self._stretch.picked)
        first = self._correcting.first
        self._pen.keep(start if first is None else min(start, first))

    def _learn(self, *, whole: bool) -> None:
        """Tell what was finished; of secrets and of what others wrote nothing is told."""
        if self.closed:
            return
        if text := finished(self._pen.left, self._pen.own, whole=whole):
            self._server.tell("learn", text=text)
        self._visit.tell_counts(self._server)

    def _enter_field(self, left: str = "", *, covered: bool = False) -> None:
        """Know nothing of what was before, but for a text that was typed here."""
        self._pen.let_go()
        field = self._field
        field.covered = covered
        self._visit = Visit()
        self._shadow.clear()
        self._pen = self._held_pen(left)
        if field.tells:
            self._pen = DirectPen(self._screen, self._shadow)
        self._forget()
        if not field.closed:
            damage = _DAMAGE if field.corrects else None
            self._server.describe(purpose=field.named_purpose, app=field.app, damage=damage)

    def _held_pen(self, left: str = "") -> HeldPen:
        pen = HeldPen(self._screen, left, can_show=self._field.shows)
        pen.holding = self._here
        return pen

    def _forget(self) -> None:
        """Offer nothing, and wait for nothing."""
        self._stretch = Stretch()
        self._correcting.drop()
        self._show(None)

    def _show(self, answer: Answer | None) -> None:
        self._stretch.offered = self._stretch.seen = answer
        self._screen.show(answer)
