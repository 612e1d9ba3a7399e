"""The report's arithmetic, on cases small enough to work out by hand."""

import math

import pytest

from nlu.report.measures import (
    Reading,
    alarms,
    borders,
    calibration_error,
    confusions,
    f1_scores,
    macro_f1,
    margin,
    percentile,
    promise,
    reliability,
    share,
)


def reading(
    label: str,
    *ranking: tuple[str, float],
    acted: str | None = None,
    also: frozenset[str] = frozenset(),
    style: str = "diacritics",
) -> Reading:
    return Reading(label, also, style, ranking, acted or ranking[0][0])


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    pairs = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("c", "a")]
    scores = f1_scores(pairs)
    assert scores["a"] == pytest.approx(2 * (2 / 3) * (2 / 3) / (2 / 3 + 2 / 3))
    assert scores["b"] == pytest.approx(2 * 0.5 * 1 / 1.5)
    assert scores["c"] == 0


def test_macro_f1_counts_every_true_label_alike_and_no_label_that_was_only_guessed() -> None:
    pairs = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("c", "a")]
    assert macro_f1(pairs) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert macro_f1([("a", "a"), ("b", "x")]) == pytest.approx(0.5)
    assert math.isnan(macro_f1([]))


def test_the_calibration_error_is_the_mean_gap_weighed_by_how_many() -> None:
    sure_and_right = [(0.95, True), (0.95, True), (0.95, False), (0.95, True), (0.15, False), (0.15, True)]
    expected = (4 * abs(0.95 - 0.75) + 2 * abs(0.15 - 0.5)) / 6
    assert calibration_error(sure_and_right) == pytest.approx(expected)
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == pytest.approx(0)


def test_the_reliability_table_has_a_line_for_each_bin_that_holds_something() -> None:
    low, high = reliability([(0.0, False), (0.05, True), (1.0, True)])
    assert (low.low, low.high, low.count, low.sure, low.right) == (0.0, 0.1, 2, 0.025, 0.5)
    assert (high.low, high.high, high.count, high.sure, high.right) == (0.9, 1.0, 1, 1.0, 1.0)


def test_a_percentile_is_one_of_the_numbers() -> None:
    numbers = [float(number) for number in range(20, 0, -1)]
    assert [percentile(numbers, each) for each in (0, 50, 95, 100)] == [1, 10, 19, 20]
    assert math.isnan(percentile([], 50))


def test_the_margin_of_a_half_out_of_a_hundred_is_nearly_ten_points() -> None:
    assert margin(0.5, 100) == pytest.approx(0.098)


def test_either_of_two_fair_labels_is_right() -> None:
    one = reading("a", ("b", 0.6), ("a", 0.3), also=frozenset({"b"}))
    other = reading("a", ("c", 0.6), ("d", 0.2), ("b", 0.1), ("a", 0.05), also=frozenset({"b"}))
    assert (one.is_first(), one.truth) == (True, "b")
    assert (other.is_first(), other.is_within(3), other.truth) == (False, True, "a")
    assert share([one, other], Reading.is_first) == 0.5


def test_questions_about_a_last_topic_are_no_answer_to_a_phrase_that_stands_alone() -> None:
    one = reading("a", ("nlu_fallback", 0.7), ("followup_law", 0.6), ("a", 0.3), ("b", 0.1))
    assert (one.first, one.sure, one.is_within(1)) == ("a", 0.3, True)


def test_confused_pairs_come_most_frequent_first_and_never_with_a_fair_label() -> None:
    readings = [
        *[reading("a", ("b", 0.9))] * 2,
        *[reading("c", ("a", 0.9))] * 3,
        reading("a", ("d", 0.9), also=frozenset({"d"})),
        reading("a", ("a", 0.9)),
    ]
    assert confusions(readings, 5) == [("c", "a", 3), ("a", "b", 2)]
    assert confusions(readings, 1) == [("c", "a", 3)]


def test_borders_count_what_was_done_and_not_what_was_likeliest() -> None:
    topic, stranger = "faq_bat_ho", "out_of_scope"
    found = borders(
        [
            reading(stranger, (topic, 0.9)),
            reading(stranger, (topic, 0.4), acted="nlu_fallback"),
            reading(stranger, (stranger, 0.9)),
            reading(stranger, ("greet", 0.9)),
            reading(topic, (topic, 0.9)),
            reading(topic, (stranger, 0.9)),
            reading(topic, (topic, 0.4), acted="nlu_fallback"),
            reading(topic, ("greet", 0.9)),
            reading(topic, (stranger, 0.9), also=frozenset({stranger})),
        ]
    )
    assert (found.strangers, found.answered, found.offered) == (4, 0.25, 0.25)
    assert (found.questions, found.refused, found.asked_back, found.acted_wrong) == (4, 0.25, 0.25, 0.25)


def test_an_emergency_is_missed_only_when_classifier_and_rules_both_miss_it() -> None:
    cry, other = ("emergency", 0.9), ("faq_bat_ho", 0.9)
    found = alarms(
        [
            reading("emergency", cry),
            reading("emergency", other),
            reading("emergency", other),
            reading("faq_bat_ho", cry),
            reading("faq_bat_ho", other),
            reading("faq_bat_ho", cry, also=frozenset({"emergency"})),
        ],
        [False, True, False, False, True, True],
    )
    assert (found.emergencies, found.others) == (3, 2)
    assert (found.missed_by_classifier, found.missed_by_rules, found.missed_by_both) == (2, 2, 1)
    assert (found.false_by_classifier, found.false_by_rules) == (1, 1)


def test_the_next_doubling_promises_a_gain_that_shrinks_as_the_last_one_did() -> None:
    told = promise({0.125: 0.50, 0.25: 0.60, 0.5: 0.68, 1.0: 0.72})
    assert told.gains == pytest.approx((0.10, 0.08, 0.04))
    assert told.next == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("curve", "promised"),
    [
        ({0.25: 0.5, 0.5: 0.51, 1.0: 0.56}, 0.05),
        ({0.25: 0.5, 0.5: 0.6, 1.0: 0.59}, 0.0),
        ({0.25: 0.5, 0.5: 0.4, 1.0: 0.45}, 0.05),
        ({0.5: 0.4, 1.0: 0.45}, 0.05),
    ],
)
def test_the_promise_is_never_more_than_the_last_gain_and_never_a_loss(
    curve: dict[float, float], promised: float
) -> None:
    assert promise(curve).next == pytest.approx(promised)
