"""Which lengths and counts of a text are the term, the rhythm or the number of payments. Pure."""

from backend.checks.loan.facts import Facts, Item
from backend.checks.money.tokens import Text


class Timed:
    """The items of a text and the facts found so far, with the roles of its times."""

    def __init__(self, text: Text, found: list[Item]) -> None:
        self.text, self.items, self.found = text, found, Facts()
        self.turned: dict[int, str] = {}
        self.once: list[Item] = []
        self.leading: list[tuple[int, int]] = []

    def _note(self, role: str, one: Item) -> None:
        self.found.words[role] = self.text.words(one.first, one.last)

    def _times(self, at: int, one: Item) -> None:
        if self._is_fee_clause(at):
            return
        if one.number == 1:
            near = [each for each in self.items[max(0, at - 4) : at] if each.kind == "count"]
            self.once = near[-1:] or self.once
            self.found.once = True
            return
        if 0 < one.number < 10_001 and one.number == int(one.number):
            self.found.times = int(one.number)
            self._note("payments", one)

    def _is_fee_clause(self, at: int) -> bool:
        near = self.items[max(0, at - 2) : at]
        if near and near[-1].kind == "stop":
            return False
        return any(one.kind == "cue" and "fee" in one.tags for one in near)

    def _term(self, at: int, one: Item) -> None:
        behind_money = self.items[max(0, at - 2) : at - 1]
        named = self.items[at - 1].kind == "cue" and behind_money and behind_money[0].kind == "money"
        if self._is_fee_clause(at) and self.items[at - 1].kind != "money" and not named:
            return
        days, unit = int(one.number), one.days or 1
        before, after = self.items[max(0, at - 3) : at], self.items[at + 1 : at + 2]
        done = any(each.kind == "cue" and "done" in each.tags for each in [*before[-2:], *after])
        if self.items[at - 1 : at] and self.items[at - 1].tags >= {"each"}:
            self.found.rhythm = days
            return
        if self.text.means(one.last, "đầu"):
            self.leading.append((days, unit))
            return
        self.found.after |= self.text.means(one.last, "sau", "nữa") or self.text.means(one.first - 1, "sau")
        (self.found.passed if done else self.found.terms).append((days, unit))
        self._note("term", one)

    def _period(self, at: int, one: Item) -> None:
        if "each" in one.tags:
            return
        if "bare" in one.tags:
            near = self.items[max(0, at - 1) : at] + self.items[at + 1 : at + 2]
            if not any(
                each.kind == "money" or (each.kind == "cue" and each.tags & {"pay", "instalment", "interest"})
                for each in near
            ):
                return
        self.found.rhythm = one.days
        self._note("interval", one)

    def _rhythm_of_once(self) -> None:
        """ "5 ngày đóng 1tr một lần, 10 lần": the length beside "một lần" is the rhythm."""
        if self.once and (self.found.times or len(self.found.terms) > 1):
            days = int(self.once[0].number)
            self.found.rhythm = days
            self.found.terms = [one for one in self.found.terms if one[0] != days]

    def _leading_lengths(self) -> None:
        """ "5 tháng đầu 2tr, tháng cuối 1tr5": one payment more than the first, unless all is said."""
        if not self.leading or self.found.terms:
            return
        days, unit = self.leading[-1]
        self.found.times = self.found.times or days // unit + (1 if self.found.one("final") else 0)
        self.found.rhythm = self.found.rhythm or unit

    def _dates(self) -> None:
        days = [one.day for one in self.items if one.kind == "date" and one.day]
        if len(days) >= 2:
            length = (days[1] - days[0]).days
            self.found.terms.append((length if length > 0 else length + 365, 1))
