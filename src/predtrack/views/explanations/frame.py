"""Explain the keys round the groups of a report: its settings, its counts, its lists."""

from __future__ import annotations

from predtrack.views.explanations.form import Explanation

FRAME: dict[str, Explanation] = {
    "schema": Explanation(
        "The name and number of the shape of a JSON document, such as predtrack/report/1.",
        "It is neither good nor bad. Under one number keys may be added, never changed.",
        "Let your program check it before it reads the rest.",
    ),
    "as_of": Explanation(
        "The day that everything is counted for: what was forecast or decided later is not"
        " known yet.",
        "It is neither good nor bad.",
        "Choose another with --as-of to see the report as of that day.",
    ),
    "settings": Explanation(
        "What was asked for: which forecast counts (at), the filters, the origins, the table"
        " of phrases, the seed.",
        "They are neither good nor bad, but figures with other settings are other figures.",
        "Quote them beside a figure. `--at last` and `--include-early` are biased, and the"
        " page says so.",
    ),
    "at": Explanation(
        "Which forecast of each forecaster counts: first, lead:30d (what stood 30 days"
        " before the scheduled day), or last.",
        "first and lead are fair. last is chosen by the outcome: a calibrated forecaster"
        " shows .191 stated against .500 happened by it.",
        "Stay with first, or take a lead.",
    ),
    "by": Explanation(
        "The forecaster; in settings, those asked for; of a table, the column.",
        "It is neither good nor bad. Forecasters are never pooled.",
        "`--by NAME` shows one; two of them also compares the two.",
    ),
    "tag": Explanation(
        "In settings: the tags that predictions had to have; empty means any.",
        "It is neither good nor bad. A tag chosen after a look at the results flatters or"
        " slanders.",
        "`--tag NAME` narrows the report.",
    ),
    "kind": Explanation(
        "What a group holds: binary, choice, numeric or date predictions; chances pools the"
        " chances of all but choices; phrases are chances said in words and mapped by a"
        " table. In settings: the kinds asked for.",
        "It is neither good nor bad. Scores of different kinds are never averaged.",
        "`--kind` narrows the report.",
    ),
    "family": Explanation(
        "What stands or falls together: deadlines of one event, options of one question. In"
        " settings: the families asked for, or the column that names them.",
        "It is neither good nor bad, but every family counts once, and its rows are no"
        " independent evidence.",
        "Give related records the same family; a report without it claims too much.",
    ),
    "origin": Explanation(
        "How a forecast came to be a number: stated by the forecaster, inferred from words,"
        " assumed, or disputed. In left_out: forecasts of an origin not asked for.",
        "stated is the firmest. Only stated counts unless another is asked for, and origins"
        " are never pooled.",
        "`--origin` shows others, each in its own group.",
    ),
    "verbal": Explanation(
        'The table by which phrases such as "very likely" are turned into numbers.',
        "No table is right; the result names its table.",
        "`--verbal` chooses another; see sensitivity for how much it matters.",
    ),
    "seed": Explanation(
        "The number that the simulations of mcb_null_mean, mcb_null_95 and curve start from.",
        "It is neither good nor bad: the same data and seed give the same figures.",
        "Nothing to do. It is there so that somebody else can repeat the report.",
    ),
    "include_early": Explanation(
        "Whether what was decided before its scheduled day was counted.",
        "False is right. True is biased: what happens is known early, what does not happen"
        " only at its deadline; ten-year deadlines of a calibrated forecaster showed .912"
        " happened against .772 stated.",
        "Leave it off, or say so beside every figure.",
    ),
    "made": Explanation(
        "In settings: the first and last day on which the forecast that counts was made;"
        " null means no limit. In early_scores: when the forecast was made.",
        "It is neither good nor bad.",
        "`--made FROM..TO` narrows the report.",
    ),
    "due": Explanation(
        "In counts: predictions whose day has passed without an outcome. In settings: the"
        " first and last day for which forecasts were due; null means no limit.",
        "In counts, 0 is good: what is not entered bends the report.",
        "`predtrack due` lists them, `predtrack resolve` asks for each.",
    ),
    "decided": Explanation(
        "In settings: the first and last day on which predictions were decided; null means"
        " no limit.",
        "It is neither good nor bad. To pick by the day of the decision favours what happens"
        " early.",
        "`--decided FROM..TO` narrows the report; `--due` is the fairer choice.",
    ),
    "counts": Explanation(
        "How many predictions pass the filters, and how many of them are open, due,"
        " resolved, void, or decided early. In early_scores: whether a score enters means.",
        "Few due and few void are good.",
        "Look at it first: every figure rests on what is resolved.",
    ),
    "predictions": Explanation(
        "How many predictions pass the filters, in any state.",
        "It is neither good nor bad. What a figure rests on is the families beside it.",
        "`predtrack list --status all` lists them.",
    ),
    "open": Explanation(
        "How many predictions wait for their day.",
        "It is neither good nor bad: they enter no figure yet.",
        "coming says which comes next.",
    ),
    "resolved": Explanation(
        "How many predictions have an outcome.",
        "More is better: 10 families show a first pattern, 100 carry every figure.",
        "Enter outcomes as they come: `predtrack resolve`.",
    ),
    "void": Explanation(
        "Predictions that cannot be judged, in counts as a number, else by reason:"
        " ambiguous, annulled, condition_false, too_vague, no_evidence, or none given.",
        "Few are good. Void enters no figure, so misses made void flatter: 20% of them move"
        " what came by 3 points.",
        "Many too_vague ask for better criteria.",
    ),
    "early": Explanation(
        "Predictions decided before their scheduled day: in counts their number, else their"
        " ids. They enter no mean until that day has passed.",
        "They are neither good nor bad. To count them at once would favour what happens,"
        " which is known early.",
        "Wait; early_scores has their scores meanwhile.",
    ),
    "early_scores": Explanation(
        "The scores of what was decided early, which enter no mean until the scheduled day"
        " has passed; each with its rule, score, terms and parts.",
        "Lower is better for each but hit. As a sample they are biased: mostly things that"
        " happened.",
        "Do not average them. They join the others on their day.",
    ),
    "missing": Explanation(
        "Chances that have come due, would count, and have no outcome. On the page, the line"
        ' "missing" shows bounds: how far they could move the figures.',
        "0 is good.",
        "`predtrack resolve` asks for each.",
    ),
    "missing_others": Explanation(
        "Ranges, single numbers and claims without a number that have come due and have no"
        " outcome.",
        "0 is good.",
        "`predtrack resolve` asks for each.",
    ),
    "hindsight": Explanation(
        "Chances and claims stated after their day, after the question closed, or after it"
        " was decided. They never count.",
        "0 is good.",
        "If the dates are mistyped, correct them; `predtrack score` names each.",
    ),
    "left_out": Explanation(
        "Decided forecasts that are in no figure, by reason: origin (not asked for),"
        " no_deadline, option_later (an option came that was offered later), out_of_range"
        " (known only to lie outside), no_logarithm (scale log, and a value is not above 0).",
        "An empty one is good.",
        "`predtrack score` lists them. Give predictions a deadline.",
    ),
    "groups": Explanation(
        "One entry for each forecaster, kind and origin (of a table: each column), with its"
        " figures and what is withheld.",
        "They are neither good nor bad. They are never pooled, but for chances, which holds"
        " the chances of all kinds but choices.",
        "With many groups, about one test in 20 looks odd by luck alone.",
    ),
    "name": Explanation(
        "In a group: forecaster, kind and origin in one line. In best and worst: which"
        " chance it is.",
        "It is neither good nor bad.",
        "`predtrack show ID` shows the prediction.",
    ),
    "rows": Explanation(
        "How many chances or forecasts a figure is over, each counted as one.",
        "More is better, but rows of one family are no independent evidence.",
        "Look at families: that is the n of every interval and test.",
    ),
    "families": Explanation(
        "How many independent things a figure rests on: deadlines of one event or options of"
        " one question are one family. It is the n of all intervals and tests.",
        "More is better: figures appear at 5, 10, 30 and 100.",
        "Forecast more different things; more deadlines of the same event add none.",
    ),
    "coming": Explanation(
        "What comes due next among the predictions that are open: its day and id, soonest first.",
        "It is neither good nor bad.",
        "Look again on that day: `predtrack due`.",
    ),
    "day": Explanation(
        "The day on which the prediction comes due.",
        "It is neither good nor bad.",
        "`predtrack export ics` puts these days into a calendar.",
    ),
    "id": Explanation(
        "The id of a prediction: the name of its file.",
        "It is neither good nor bad.",
        "`predtrack show ID` shows everything of it.",
    ),
    "score": Explanation(
        "What one forecast scores by its rule. `predtrack score` lists all.",
        "Lower is better for every rule but hit.",
        "A single score is mostly luck: judge means.",
    ),
    "reason": Explanation(
        "Why a score enters no mean: early until its scheduled day has passed; null where it"
        " counts.",
        "null is best.",
        "Wait for that day.",
    ),
    "points": Explanation(
        'How many points a forecast of chances along a line states, such as "by 2027" and'
        ' "by 2030".',
        "It is neither good nor bad: more say more of your doubt.",
        "points_due says how many of them count by now.",
    ),
    "points_due": Explanation(
        "How many of the points of a forecast have come due and are decided.",
        "All of points is best: then the score is final.",
        "Wait for the others; the mean is over the points due.",
    ),
    "scheduled": Explanation(
        "The day that must pass before the forecast counts, however early it was known.",
        "It is neither good nor bad.",
        "Look at the report after it.",
    ),
    "parts": Explanation(
        "The parts of an interval score: total, width, and what a miss below or above cost.",
        "Lower is better for each. Width without misses may be too wide, misses without"
        " width too narrow.",
        "See coverage for whether ranges hold as often as stated.",
    ),
    "total": Explanation(
        "The whole interval score: width plus what a miss cost.",
        "From 0 upwards in the unit of the number, lower is better.",
        "See interval.",
    ),
    "width": Explanation(
        "The width of a stated range, which its interval score charges in full.",
        "Lower is better while ranges hold as often as stated.",
        "See coverage before you narrow them.",
    ),
    "terms": Explanation(
        "The chances that a score is over: target, what was stated, what came, and the loss"
        " of each.",
        "Losses near 0 are good.",
        "Follow the arithmetic by hand: their mean or sum is the score.",
    ),
    "target": Explanation(
        'What a chance is of: yes, an option, "by 2027-12-31", "at most 34".',
        "It is neither good nor bad.",
        "See stated and came beside it.",
    ),
    "stated": Explanation(
        "In terms: the chance that was stated, 0 to 1.",
        "Near came is good.",
        "A forecast of 90% that fails is no mistake by itself: one in ten should.",
    ),
    "came": Explanation(
        "On the page: how many things came beside how many were expected (see sum_y, sum_p,"
        " sum_p_value). In terms: what came of one chance, 1 or 0, or in part. In bounds see"
        " bounds.came.",
        "Near the number expected is good.",
        "If sum_p_value is below .05, see mean_diff.",
    ),
    "early_points": Explanation(
        "Single days of a date forecast that were decided before they came: an event that"
        " happened decides every later day. The other days of the forecast may count.",
        "They are in no mean yet: what happens is decided early more often than what does not.",
        "Wait for the day; `--include-early` shows what they would make.",
    ),
    "agreement": Explanation(
        "Whether several judges read the same outcomes alike: how many outcomes two judges or"
        " more have read, on how many they agree, and which they read differently.",
        "All agreed is best. An outcome that judges dispute was asked for in words that could"
        " mean two things.",
        "See `readings` for what the disputed ones could change; write sharper criteria.",
    ),
    "judged": Explanation(
        "The number of outcomes that two judges or more have read.",
        "More is better: an outcome that one person alone has read is one person's word.",
        "Ask a second judge, and record what they answer under judgements.",
    ),
    "agreed": Explanation(
        "The number of outcomes that all their judges read alike.",
        "Equal to `judged` is best.",
        "Look at those in `disputed`.",
    ),
    "ac1": Explanation(
        "Gwet's AC1: how much more often judges agree on yes-or-no outcomes than chance alone"
        " would have it, from ten such outcomes on.",
        "1 is always, 0 is no better than chance.",
        "Far below 1, mend the criteria before you trust the scores.",
    ),
    "disputed": Explanation(
        "The ids of the outcomes that judges read differently.",
        "None is best. Scores use the answer that counts, the record's own.",
        "See `readings` for how far the scores hang on them.",
    ),
}
