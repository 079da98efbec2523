"""Explain the other keys of a group, those inside its objects, and why one is withheld."""

from __future__ import annotations

from predtrack.views.explanations.form import Explanation

PARTS: dict[str, Explanation] = {
    "verdict": Explanation(
        "What the forecasts allow to be said, in one sentence, never stronger than its tests; it"
        " ends in the number of families it rests on.",
        '"Right on average" is good: the average is within 5 points. "Not shown" and "cannot'
        ' tell" are neither good nor bad. Too extreme, too timid, too narrow, too wide, less or'
        " more often are shown at the 5% level.",
        "Read the figures behind it: mean_diff, spiegelhalter_p, direction, coverage.",
    ),
    "withheld": Explanation(
        "The figures that this group cannot carry, each with a code: needs:30 (too few"
        " families), several_rows, partial_answers, pooled, alike, infinite, undefined,"
        " nothing_left, too_many, choice_shares.",
        "An empty one is best. A withheld figure would mislead, so it is not shown at all.",
        "Ask for the meaning of a code as for a figure: --explain needs. Most go away with"
        " more families.",
    ),
    "needs": Explanation(
        "needs:30 means that the figure is withheld until the group has 30 families.",
        "Below that luck alone moves it too much to be read: at 10, for example, mcb is"
        " mostly luck.",
        "Resolve what is due, and forecast more. More deadlines or options of one event add"
        " rows, not families.",
    ),
    "several_rows": Explanation(
        "The figure is withheld since a family has several rows: deadlines of one event, or"
        " options of one question.",
        "Such rows stand or fall together, and the figure assumes independent ones: with"
        " five quantiles each, 30 families fail a test of 5% in 18% of samples though"
        " calibrated.",
        "Use what allows for families: mean_diff with its interval, direction, e_value.",
    ),
    "partial_answers": Explanation(
        "The figure is withheld since some outcomes are partial: neither yes nor no, but a"
        " share such as 60%.",
        "The test needs a plain yes or no for every row. Means such as brier use partial answers.",
        "Nothing to do, unless the criteria can be written so that outcomes are plain.",
    ),
    "pooled": Explanation(
        "The figure is withheld since the group pools chances across kinds: yes-or-no"
        " claims, deadlines, quantiles, ends of ranges.",
        "Their scores do not belong in one mean: the levels of quantiles are chosen, not"
        " forecast. What came against what was stated may be pooled.",
        "Look at the groups of one kind for scores.",
    ),
    "alike": Explanation(
        "The figure, or its interval, is left out since nothing could vary: every chance was"
        " 0% or 100%, or two losses are the same on every row.",
        "An interval of no width would claim certainty. Alike is neither good nor bad.",
        "Nothing to do: forecasts that are not all certain, or that differ, change it.",
    ),
    "infinite": Explanation(
        "infinite:2 means that two predictions (of a table: rows) stated 0% for what"
        " happened, or 100% for what did not. Nothing that assumes these chances has an"
        " answer.",
        "No such failure is good. One refutes the chances.",
        "See log_infinite for the ids, and log_score_rest for the rest.",
    ),
    "undefined": Explanation(
        "The figure is not defined for these chances: spiegelhalter_z is nothing divided by"
        " nothing where every chance is 0%, 50% or 100%.",
        "It is neither good nor bad.",
        "State chances between these, if you have reason to.",
    ),
    "nothing_left": Explanation(
        "Nothing is left to average: every forecast makes the log score infinite.",
        "That is as bad as the log score gets.",
        "See log_infinite, and state 1% or 99% where something cannot be excluded.",
    ),
    "too_many": Explanation(
        "More than 101 different chances were stated, too many to list one by one in levels.",
        "It is neither good nor bad.",
        "Read bins, which groups neighbours.",
    ),
    "choice_shares": Explanation(
        "The figure is withheld since the shares of the options of a choice always sum to 1,"
        " and one option always comes: as many come as are expected, whoever forecasts.",
        "It is neither good nor bad.",
        "Read brier, scores and skill of the choices.",
    ),
    "bounds": Explanation(
        "How far what is due and has no outcome could move what is shown: missing chances,"
        " came and brier at either extreme (Manski's bounds).",
        "Narrow is good, null (nothing is missing) best. Nothing is assumed of why outcomes"
        " are missing.",
        "If they are wide, judge no figure yet: `predtrack resolve` asks for each outcome.",
    ),
    "bounds.missing": Explanation(
        "The number of chances of this group that have come due and have no outcome.",
        "0 is good. It widens bounds.came and bounds.brier.",
        "`predtrack resolve` asks for each.",
    ),
    "bounds.came": Explanation(
        "Two shares that happened, from 0 to 1: if none of the missing outcomes were to"
        " come, and if all were.",
        "Near one another is good: then the missing ones cannot matter.",
        "If they are far apart, enter the outcomes with `predtrack resolve` before you"
        " believe base_rate.",
    ),
    "bounds.brier": Explanation(
        "Two Brier scores: with each missing outcome at its better answer, and with each at"
        " its worse. 0 to 1, lower is better.",
        "Near one another is good: then the missing ones cannot matter.",
        "If they are far apart, enter the outcomes with `predtrack resolve` before you"
        " believe brier.",
    ),
    "coverage": Explanation(
        "How often intervals of each stated confidence held the number that came, with hits of"
        " rows, the 95% of the share, p_value, and misses below and above.",
        "The share should be near the confidence: of 80% intervals, about 80%. Less means too"
        " narrow, more too wide, where apart says that it is more than luck.",
        "If apart is -1, widen your ranges; if it is 1, narrow them. Misses on one side alone"
        " ask for moving them.",
    ),
    "apart_p": Explanation(
        "The exact p of as many hits as held, were the confidence right; of families of several"
        " rows that of as many families.",
        "Below .05 is more than luck. Of several confidences the least is held to .05 divided by"
        " their number.",
        "See apart for the side.",
    ),
    "ties": Explanation(
        "Whole numbers that came exactly on a stated quantile or on an end of a range: half"
        " a hit each. Intervals and tests hold whichever way they fall.",
        "It is neither good nor bad. Of small counts there are many.",
        "If there are many, state the chances of counts with `cdf`: at most 3 is an event"
        " that a 3 makes true.",
    ),
    "apart": Explanation(
        "Whether ranges of one confidence held less often than stated (-1), more often (1), or"
        " neither beyond luck (0): by the exact test at 5%, whichever way ties fall.",
        "0 is good, but with few ranges it is also what too narrow ones show.",
        "At -1 widen your ranges, at 1 narrow them.",
    ),
    "p_value": Explanation(
        "In coverage: if intervals hold as often as stated, so many hits or more, or so few"
        " or fewer, come with this probability (exact binomial): twice the smaller of the"
        " two, at most 1. With ties, the weaker of all hits and all misses.",
        ".05 or more shows nothing. Below .05 the intervals are too narrow (share below the"
        " confidence) or too wide (above).",
        "It is null where a family has several rows: then read ci_low to ci_high. The test"
        " of chances is sum_p_value.",
    ),
    "misses": Explanation(
        "Over all stated intervals: how many numbers came below one, and how many above.",
        "About as many on either side is good; so is a number of misses that fits the"
        " confidence (of 80% intervals, 20%).",
        "If most came above, move your ranges up; if most came below, down; if many on both"
        " sides, widen them.",
    ),
    "below": Explanation(
        "In coverage and misses: numbers that came below a stated interval. In parts of an"
        " early score: what a miss below cost.",
        "About as many below as above is good.",
        "If most misses are below, your ranges lie too high.",
    ),
    "above": Explanation(
        "In coverage and misses: numbers that came above a stated interval. In parts of an"
        " early score: what a miss above cost.",
        "About as many above as below is good.",
        "If most misses are above, your ranges lie too low.",
    ),
    "scores": Explanation(
        "The mean score of each rule, unit and scale, with its median, rows and families."
        " Scores of different units or scales are never averaged.",
        "Lower is better for each. The size depends on the unit, so compare only with"
        " somebody on the same questions, or with earlier scores of the same kind.",
        "See --explain with the rule: interval, pinball, cdf, abs_error, brier2, rps.",
    ),
    "rule": Explanation(
        "The rule of a score: brier, brier2, rps, interval, pinball, cdf, abs_error, or hit"
        " where no probability was stated.",
        "Of all but hit, lower is better; each has a scale of its own.",
        "Never average over rules. Ask for a rule as for a figure: --explain interval.",
    ),
    "brier2": Explanation(
        "The Brier score over all options of a choice: the sum of (chance - outcome) squared.",
        "From 0 to 2, lower is better. Equal shares over four options score .75. For two"
        " options it is twice the usual Brier score.",
        "Compare it only with others of the same scale: some sites call this one the Brier score.",
    ),
    "rps": Explanation(
        "The ranked probability score of an ordered choice: the squared errors of the"
        " cumulative chances, added up over all options but the last.",
        "From 0 upwards, lower is better; a chance on a neighbour of what came costs less"
        " than one far off.",
        "Compare it only on questions with as many options.",
    ),
    "interval": Explanation(
        "The interval score of a range with a confidence c: its width, plus 2 / (1 - c)"
        " times the distance by which the number fell outside.",
        "From 0 upwards in the unit of the number, lower is better. At 80% a miss costs ten"
        " times its distance.",
        "Narrow ranges pay only while they hold as often as stated: see coverage.",
    ),
    "pinball": Explanation(
        "The score of quantiles: the mean over them of twice the pinball loss, which charges"
        " a quantile for its distance from what came, by its level.",
        "From 0 upwards in the unit of the number, lower is better; 0 needs every quantile"
        " on what came.",
        "With symmetric levels around a median it equals the weighted interval score."
        " Compare it on the same questions only.",
    ),
    "cdf": Explanation(
        'The score of chances along a line, "at most 34" or "by 2028": the mean squared'
        " error over the points that are due.",
        "0 to 1, lower is better; always 50% scores .250. All points weigh the same.",
        "The number of points due grows with time, and the score may still move: see points_due.",
    ),
    "abs_error": Explanation(
        "The absolute error of a single number: how far it was from what came.",
        "From 0 upwards in the unit of the number, lower is better.",
        "A number alone says nothing of your doubt. A range with a confidence can be judged"
        " for that too.",
    ),
    "hit": Explanation(
        "A claim in words or a range without a confidence came true (1) or not (0); no"
        " probability was stated, so none is scored.",
        "Hits cannot be compared with Brier scores, and cautious claims hit easily.",
        "State a chance or a confidence next time: then the report can say more.",
    ),
    "mean": Explanation(
        "The mean of one rule's scores over the rows of one unit, each family counted once.",
        "Lower is better, in the unit beside it.",
        "One far miss can be most of it: look at median too.",
    ),
    "median": Explanation(
        "The median over families of their mean scores of one rule. In a group it is that of"
        " scores, where there is but one entry.",
        "Lower is better.",
        "Far below the mean, it says that a few misses make up most of the mean: look at these.",
    ),
    "unit": Explanation(
        "The unit of a score of numbers, such as visitors; null where the score has none.",
        "It is neither good nor bad.",
        "Scores of different units are never averaged or compared.",
    ),
    "scale": Explanation(
        "What a score of numbers is of: linear, the numbers themselves, or log, their natural"
        " logarithms (`scale: log` in the record). Null where a score is of chances.",
        "It is neither good nor bad. On the log scale .69 is a factor of two.",
        "Use `scale: log` where a factor matters more than a difference.",
    ),
    "words": Explanation(
        "Claims without a number that came due: how many there were (rows, families), how"
        " many came true (hits, share), and Wilson's 95% of that share.",
        "A high share is no merit by itself: claims that are nearly certain come true.",
        "State chances instead: then confidence can be judged.",
    ),
    "ranges": Explanation(
        "Ranges without a confidence that came due: how many held the number that came"
        " (hits, share), and Wilson's 95% of that share.",
        "No share is right or wrong, since nobody stated how often they should hold. A range"
        " wide enough holds always.",
        'State a confidence: "80%" turns a range into a forecast with a score.',
    ),
    "undated": Explanation(
        "Claims and ranges that named no day and were judged all the same: how many came"
        " true (hits, share), and Wilson's 95% of that share.",
        "Treat a high share with care: what comes true is noticed, what has not yet come"
        " true waits.",
        "Give claims a deadline; then they count with the others.",
    ),
    "best": Explanation(
        "The bold ones that were right: up to three chances near what came (a loss below"
        " .25) where a reference was on the other side of 50%.",
        "They show where the forecaster knew more than the reference did.",
        "Do not count them: every forecaster has some. skill says whether there is more than luck.",
    ),
    "worst": Explanation(
        "The chances furthest off: up to three, with the largest loss above .25.",
        "A few are no failure: of ten right chances of 90%, one fails on average.",
        "Read their rationale, and ask what would have moved you. Whether there are too many"
        " is what spiegelhalter_p says.",
    ),
    "table": Explanation(
        'The named table by which phrases such as "very likely" became numbers; null where'
        " none did.",
        'No table is right: "likely" is 55 to 80% in one and 66 to 100% in another.',
        "See sensitivity for how much the reading matters; --verbal chooses another table.",
    ),
    "sensitivity": Explanation(
        "The Brier score of phrases read otherwise: nearer and further from 50%, and low and"
        " high in the table's ranges.",
        "Four scores near one another are good: then the reading hardly matters.",
        "If they differ much, say nothing of how good these phrases were, and state numbers"
        " in future.",
    ),
    "nearer": Explanation(
        "The Brier score if all phrases meant the end of their range that is nearer to 50%.",
        "Lower is better. Beside further it says whether the phrases would have done better"
        " if meant more timidly.",
        "If it is far below further, stronger words failed: weaken them.",
    ),
    "further": Explanation(
        "The Brier score if all phrases meant the end of their range that is further from 50%.",
        "Lower is better. Beside nearer it says whether the phrases would have done better"
        " if meant more boldly.",
        "If it is far below nearer, the words were too weak: strengthen them.",
    ),
    "sensitivity.low": Explanation(
        "The Brier score if all phrases meant the lower end of their range.",
        'Lower is better. Between "likely" and "unlikely" such shifts cancel, so nearer and'
        " further say more.",
        "If it is far below sensitivity.high, the phrases promised too much.",
    ),
    "sensitivity.high": Explanation(
        "The Brier score if all phrases meant the upper end of their range.",
        'Lower is better. Between "likely" and "unlikely" such shifts cancel, so nearer and'
        " further say more.",
        "If it is far below sensitivity.low, the phrases promised too little.",
    ),
    "unmapped": Explanation(
        "The number of phrases that the table does not hold, which therefore enter no figure.",
        "0 is good.",
        "Choose a table that has them (--verbal), or state numbers.",
    ),
    "dropped": Explanation(
        "Of a table: rows that have no chance in this column, or no outcome, and therefore"
        " enter no figure.",
        "0 is good. If what is missing is not missing by luck, the rest misleads.",
        "Look at these rows: they may be the hard ones.",
    ),
    "one_source": Explanation(
        "True where five families or more come from one source alone, such as one interview.",
        "False is better: chances from one source may stand or fall together, and the"
        " intervals then promise too much.",
        "Take such a report for one piece of evidence, not for many.",
    ),
    "reference": Explanation(
        "What the forecaster is compared with in skill: the record's reference, the base"
        " rate known beforehand, always 50%, or equal shares.",
        "The record's own is hardest and fairest; always 50% is easy to beat.",
        "Put a reference into your records, such as a market's price, when you make the forecast.",
    ),
    "scores.reference": Explanation(
        "How much less the forecaster lost than the records' own references, by the same rule:"
        " rows, families, diff in the unit of the score, its low and high, and ratio.",
        "diff above 0 is good where low to high leaves out 0 and there are 10 families.",
        "It is null with fewer than 5 families: give records a `reference` of the same form,"
        " confidence and levels as the forecast.",
    ),
    "diff": Explanation(
        "In skill and scores.reference: the mean loss of the reference minus the forecaster's"
        " own. In comparisons: the mean loss of b minus that of a.",
        "Above 0 the forecaster (in comparisons: a) lost less.",
        "It shows something only where low to high leaves out 0 and there are 10 families or more.",
    ),
    "ratio": Explanation(
        "The share of the reference's loss that the forecaster saved: 1 - own loss /"
        " reference's loss. Given from 20 families on.",
        "1 is perfect, 0 no better than the reference, below 0 worse, without a lower end.",
        "Believe it only where the interval of diff leaves out 0.",
    ),
    "comparisons": Explanation(
        "Two forecasters, a and b, on what both have forecast: in a folder by what stood at"
        " the later of their first days, before anything was decided; in a table on shared"
        " rows. One entry a rule and unit.",
        'diff above 0 means that a lost less. "Ahead" needs 10 families and an interval that'
        " leaves out 0.",
        "Else nobody can tell: let both forecast more of the same questions.",
    ),
    "a": Explanation(
        "The first of the two forecasters compared; diff above 0 means that this one lost less.",
        "It is neither good nor bad to be named first.",
        "Ask for two with `--by A --by B`, in a table with `-p A -p B`.",
    ),
    "b": Explanation(
        "The second of the two forecasters compared; diff below 0 means that this one lost less.",
        "It is neither good nor bad to be named second.",
        "Ask for two with `--by A --by B`, in a table with `-p A -p B`.",
    ),
    "lead": Explanation(
        "The days from the moment at which two forecasters are compared to the scheduled"
        " day: the median of the questions.",
        "It is neither good nor bad: the longer it is, the harder the questions were.",
        "Do not set comparisons at different leads side by side; `--at lead:30d` fixes it.",
    ),
    "questions": Explanation(
        "The ids of the predictions that both forecasters have forecast.",
        'More, from more families, tell more: an interval comes from 5 families on, "ahead"'
        " from 10.",
        "Let both forecast the same questions.",
    ),
    "mean_p": Explanation(
        "The mean of the chances stated in a bin, never the middle of the bin; each family"
        " counts once.",
        "Inside ci_low to ci_high is good.",
        "If it lies above, such chances came less often than stated; below, more often.",
    ),
    "happened": Explanation(
        "In bins: the share that happened, each family counted once, 0 to 1. In levels: how"
        " many rows happened.",
        "Near what was stated (mean_p; of levels p times rows) is good.",
        "Few rows move by luck: read the interval of the bin.",
    ),
    "ci_low": Explanation(
        "The lower end of Wilson's 95% interval of a share, in bins and coverage, with"
        " families as n. It never shrinks to nothing: 3 of 3 is 44 to 100%.",
        "Good is what was stated (mean_p, confidence) inside the interval.",
        "If it lies outside in several bins to the same side, see direction.",
    ),
    "ci_high": Explanation(
        "The upper end of Wilson's 95% interval of a share, in bins and coverage, with"
        " families as n. It never shrinks to nothing: 3 of 3 is 44 to 100%.",
        "Good is what was stated (mean_p, confidence) inside the interval.",
        "If it lies outside in several bins to the same side, see direction.",
    ),
    "r": Explanation(
        "In the curve: how often chances of p came, by the best fit that never falls.",
        "Near p is good; between low and high it is within luck.",
        "Above p such chances came more often than stated, below p less often.",
    ),
    "p": Explanation(
        "In levels, best, worst and curve: a chance that was stated, 0 to 1. Beside a test"
        ' on the page, "p = .03" is sum_p_value, spiegelhalter_p or p_value.',
        "A chance is neither good nor bad until compared with what came; a p below .05 is"
        " rare by luck.",
        "See brier for chances, sum_p_value for what a p means.",
    ),
    "y": Explanation(
        "In best and worst: what came of the chance: 1 it happened, 0 it did not, between"
        " these in part.",
        "It is neither good nor bad by itself.",
        "Set it beside p: loss is their squared distance.",
    ),
    "loss": Explanation(
        "What one chance cost: the squared distance between what was stated and what came"
        " (of a partial answer, its weighted mean).",
        "0 to 1, lower is better; 50% always costs .25, a 90% that fails .81.",
        "Single losses are mostly luck: judge the mean, brier.",
    ),
    "share": Explanation(
        "In coverage: the share of intervals that held; in words, ranges and undated: the"
        " share that came true. Each family counts once, 0 to 1.",
        "In coverage, near the confidence is good. Elsewhere no share is right.",
        "Read it with the 95% beside it.",
    ),
    "hits": Explanation(
        "How many came true, each row counted as one, and a tie half: in a group and in bins"
        " the chances that happened, in coverage the intervals that held, in words, ranges and"
        " undated the claims.",
        "Of chances, near what was expected is good; of intervals, confidence times rows.",
        "sum_y counts each family once.",
    ),
    "low": Explanation(
        "The lower end of a range. In direction (of slope), skill, comparisons, words,"
        " ranges and undated: of the 95% interval. In bins: the lowest stated chance. In"
        " curve: of a calibrated forecaster's band. In sensitivity see sensitivity.low.",
        "An interval of a difference that leaves out 0 shows something; one of slope, that"
        " leaves out 1.",
        "Read low and high together.",
    ),
    "high": Explanation(
        "The upper end of a range. In direction (of slope), skill, comparisons, words,"
        " ranges and undated: of the 95% interval. In bins: the highest stated chance. In"
        " curve: of a calibrated forecaster's band. In sensitivity see sensitivity.high.",
        "An interval of a difference that leaves out 0 shows something; one of slope, that"
        " leaves out 1.",
        "Read low and high together.",
    ),
    "confidence": Explanation(
        "On the page: the line of Spiegelhalter's z, whether chances are too extreme or too"
        " timid (see spiegelhalter_z). In direction: the median stated confidence, the larger"
        " of p and 1 - p. In coverage: how often intervals should hold, as stated.",
        "Neither high nor low is good: it should come true as often as stated.",
        "Compare it with comes in direction, with share in coverage.",
    ),
    "readings": Explanation(
        "What the mean score of each rule would be, were every disputed outcome read one way:"
        " by the strict reading to the forecaster's disadvantage, by the generous to the"
        " advantage.",
        "Close together is good: then nothing hangs on who judged.",
        "If they are far apart, settle the disputed outcomes first.",
    ),
    "strict": Explanation(
        "The mean score with every disputed outcome read to the forecaster's disadvantage.",
        "Close to the score shown is good.",
        "Hold it beside `generous`.",
    ),
    "generous": Explanation(
        "The mean score with every disputed outcome read to the forecaster's advantage.",
        "Close to the score shown is good.",
        "Hold it beside `strict`.",
    ),
    "withdrawn": Explanation(
        "The number of forecasts that count here, of a forecaster who has withdrawn since.",
        "It is neither good nor bad. What was said first counts all the same: else whoever"
        " withdraws in time would have no misses.",
        "`predtrack show ID` says when each was withdrawn.",
    ),
}
