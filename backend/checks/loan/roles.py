"""Which number of a text plays which role in a loan: money received, a payment, a fee, the term. Pure.

Roles come from the words nearby; the order of the text decides only where no word does.
"""

from decimal import Decimal

from backend.checks.loan.facts import FLAGS, Facts, Item
from backend.checks.loan.items import items
from backend.checks.loan.timed import Timed
from backend.checks.money.amounts import Amount
from backend.checks.money.tokens import Text


def read(text: Text) -> Facts:
    """The facts of a text."""
    return _Reader(text, items(text)).facts()


class _Reader(Timed):
    def facts(self) -> Facts:
        for one in self.items:
            if one.kind == "cue":
                for flag in FLAGS & one.tags:
                    setattr(self.found, flag, True)
        self._turned_round()
        for at, one in enumerate(self.items):
            if one.kind == "money":
                self._money(at, one)
            elif one.kind == "rate":
                self._rate(at, one)
            elif one.kind == "times":
                self._times(at, one)
            elif one.kind == "count":
                self._term(at, one)
            elif one.kind == "period":
                self._period(at, one)
        self._dates()
        self._leading_lengths()
        self._rhythm_of_once()
        return self.found

    # --- money ------------------------------------------------------------------------------------

    def _turned_round(self) -> None:
        """ "10 vay 12 trả": the word behind its number."""
        for at in range(len(self.items) - 3):
            first, verb, second, end = self.items[at : at + 4]
            if (first.kind, verb.kind, second.kind, end.kind) != ("money", "cue", "money", "cue"):
                continue
            if "principal" in verb.tags and "pay" in end.tags and not self._nearest(at):
                self.turned = {at: "principal", at + 2: "payment"}

    def _money(self, at: int, one: Item) -> None:
        assert one.amount is not None
        role = self.turned.get(at) or self._role(at)
        if self._rate_said_shortly(at, one):
            return
        if (
            one.amount.bare is not None
            and one.amount.vnd is None
            and role is None
            and self._before_is_noise(at)
        ):
            return
        if role is None:
            self.found.guessed.add("payment" if self._has_principal() else "principal")
        role = role or ("payment" if self._has_principal() else "principal")
        count = self._multiplied(at) if role == "fee" else 1
        amount = one.amount
        if count > 1 and amount.vnd:
            amount = Amount(amount.first, amount.last, amount.vnd * count)
        self.found.amounts.setdefault(role, []).append(amount)
        self._note(role, one)

    def _has_principal(self) -> bool:
        return bool(self.found.one("principal") or self.found.one("received"))

    def _before_is_noise(self, at: int) -> bool:
        """Whether a lone number without a unit tells nothing ("cổng số 2"): no money before it either."""
        amount = self.items[at].amount
        return not (amount and amount.bare and self._neighbours_are_money(at))

    def _neighbours_are_money(self, at: int) -> bool:
        near = self.items[max(0, at - 3) : at] + self.items[at + 1 : at + 3]
        return any(one.kind in ("times", "period", "count") for one in near)

    def _role(self, at: int) -> str | None:
        before, after = self._before(at), self._after(at)
        tags = [tag for one in before for tag in one.tags if one.kind == "cue"]
        nearest = next(
            (one.tags for one in reversed(before) if one.kind == "cue" and self._points(one)), frozenset()
        )
        said_after = self._said_after(at, after)
        rhythm = self._has_rhythm(before) or self._mine(at, after, nearest)
        if "fee" in said_after or self._is_fee(before):
            if rhythm and not self._in_advance(before):
                return "each_fee" if any(self._is_noun(one) for one in [*before, *after[:2]]) else "payment"
            return "fee"
        if "final" in tags:
            order = max((int(one.number) for one in before if "final" in one.tags), default=0)
            self.found.times = order or self.found.times
            return "final"
        if "total" in tags or "total" in said_after:
            return "total"
        both = "both" in tags or "both" in said_after
        interest = not both and ("interest" in tags or "interest" in said_after)
        if both:
            return "payment"
        if rhythm and interest:
            return "interest_each"
        again = nearest <= {"principal"} and self._has_principal()
        if rhythm and (nearest & {"pay", "instalment", "gives"} or not nearest or again):
            return "payment"
        if "instalment" in nearest or "instalment" in tags:
            borrowed = "principal" in tags and not rhythm and not self._has_principal()
            return "principal" if borrowed else "payment"
        if interest and not nearest & {"principal", "received"}:
            return "interest"
        for role in ("pay", "received", "principal"):
            if role in nearest:
                return "payment" if role == "pay" else role
        if "gives" in nearest:
            return "payment" if rhythm or self.found.one("received") else "received"
        return "payment" if rhythm else None

    def _in_advance(self, before: list[Item]) -> bool:
        return any(self.text.means(at, "trước") for one in before for at in range(one.first, one.last))

    def _is_fee(self, before: list[Item]) -> bool:
        """Whether the last word that tells a role is one of a fee."""
        for one in reversed(before):
            if one.kind == "cue" and "fee" in one.tags:
                return True
            if one.kind == "cue" and self._points(one):
                return False
        return False

    @staticmethod
    def _points(one: Item) -> bool:
        return bool(one.tags & {"principal", "received", "gives", "pay", "instalment"})

    def _before(self, at: int) -> list[Item]:
        """The items since the last money, from the last stop on if those hold a cue."""
        start = at
        while start > 0 and self.items[start - 1].kind not in ("money", "rate"):
            start -= 1
        segment = self.items[start:at]
        if start > 0:
            segment = self._without_suffix(start, segment)
        for index in range(len(segment) - 1, -1, -1):
            if segment[index].kind == "stop":
                rest = segment[index + 1 :]
                if any(one.kind == "cue" and one.tags - {"ignore", "term", "done"} for one in rest):
                    return rest
        return segment

    def _without_suffix(self, start: int, segment: list[Item]) -> list[Item]:
        """Without what belongs to the money before: "50k tiền lãi", "300k mỗi ngày"."""
        taken = 0
        for one in segment[:2]:
            own_cue = self._is_noun(one) and self._is_suffix(start - 1, taken)
            own_period = one.kind == "period" and self._mine(start - 1, segment, self._nearest(start - 1))
            if not (own_cue or own_period):
                break
            taken += 1
        return segment[taken:]

    def _is_noun(self, one: Item) -> bool:
        """What money can be called after it: "tiền lãi", "phí hồ sơ"; not "trừ", "cắt"."""
        if one.kind != "cue" or not one.tags & {"interest", "fee", "both"}:
            return False
        return self.text.means(
            one.first, "tiền", "phí", "lãi", "lời", "bảo", "hồ", "cả", "gốc", "interest", "fee"
        )

    def _nearest(self, at: int) -> frozenset[str]:
        for one in reversed(self.items[:at]):
            if one.kind == "money":
                break
            if one.kind == "cue" and self._points(one):
                return one.tags
        return frozenset()

    def _after(self, at: int) -> list[Item]:
        end = at + 1
        while end < len(self.items) and self.items[end].kind not in ("money", "rate"):
            end += 1
        return self.items[at + 1 : end]

    def _is_suffix(self, at: int, step: int = 0) -> bool:
        """Whether the word after the money belongs to it: no other money follows at once."""
        following = self.items[at + 2 + step : at + 5 + step]
        for one in following:
            if one.kind in ("money", "rate"):
                return False
            if one.kind == "stop" or (one.kind == "period" and not self._then_money(one)):
                return True
        return True

    def _then_money(self, one: Item) -> bool:
        after = self.items.index(one) + 1
        return after < len(self.items) and self.items[after].kind == "money"

    def _said_after(self, at: int, after: list[Item]) -> frozenset[str]:
        if not after:
            return frozenset()
        for step, one in enumerate(after[:2]):
            if self._is_noun(one) or (one.kind == "cue" and "total" in one.tags):
                return one.tags if self._is_suffix(at, step) else frozenset()
            if one.kind != "period":
                break
        return frozenset()

    def _has_rhythm(self, before: list[Item]) -> bool:
        return any(one.kind == "period" and "loose" not in one.tags for one in before)

    def _mine(self, at: int, after: list[Item], nearest: frozenset[str]) -> bool:
        """Whether the rhythm right after the money is its own, and not that of the next money."""
        if not after:
            return False
        skip = 1 if self._is_noun(after[0]) and len(after) > 1 else 0
        one = after[skip]
        if one.kind == "times":
            return not nearest & {"principal", "received"} or "x" in self.text.words(one.first, one.last)
        if one.kind == "count" and "times" in one.tags:
            return True
        if one.kind != "period":
            return False
        if "slash" in one.tags:
            return True
        if "one" in one.tags and self._not_for_the_next(at + 1 + skip):
            return True
        if nearest & {"principal", "received"} and not nearest & {"pay", "instalment"}:
            return False
        return self._not_for_the_next(at + 1 + skip) or bool(nearest & {"pay", "instalment"})

    def _not_for_the_next(self, at: int) -> bool:
        for one in self.items[at + 1 :]:
            if one.kind == "money" or (
                one.kind == "cue" and one.tags & {"pay", "instalment", "interest", "gives"}
            ):
                return False
            if one.kind in ("stop", "word", "cue"):
                return True
        return True

    def _rate_said_shortly(self, at: int, one: Item) -> bool:
        """ "lãi 3 nghìn", "lãi ngày 4k": by custom, a million a day."""
        vnd = one.amount.vnd if one.amount else None
        tags = {tag for each in self._before(at) if each.kind == "cue" for tag in each.tags}
        if vnd is None or vnd > 20_000 or "interest" not in tags or tags & {"pay", "instalment", "gives"}:
            return False
        self.found.rates.append(Item("rate", one.first, one.last, number=Decimal(vnd) / 10_000, days=1))
        self._note("rate", one)
        return True

    def _multiplied(self, at: int) -> int:
        """Interest cut several times: "cắt trước 2 kỳ mỗi kỳ 500k"."""
        for one in [*self._before(at), *self._after(at)[:1]]:
            if one.kind == "times":
                return int(one.number)
        return 1

    # --- rates, times, terms ----------------------------------------------------------------------

    def _rate(self, at: int, one: Item) -> None:
        tags = {tag for each in self._before(at) if each.kind == "cue" for tag in each.tags}
        if "fee" in tags and one.days is None:
            self.found.fee_percents.append(one.number)
            self._note("fee", one)
            return
        if one.days is None:
            period = next((each for each in reversed(self._before(at)) if each.kind == "period"), None)
            one = Item("rate", one.first, one.last, number=one.number, days=period.days if period else None)
        self.found.rates.append(one)
        self._note("rate", one)
