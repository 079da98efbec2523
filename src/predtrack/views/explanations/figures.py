"""Explain each figure of a sample of chances, by its JSON key."""

from __future__ import annotations

from predtrack.views.explanations.form import Explanation

FIGURES: dict[str, Explanation] = {
    "brier": Explanation(
        "The Brier score is the mean squared distance between each stated chance and what"
        " happened (1 if it did, 0 if not), each family counted once. Of a choice it is the"
        " mean over the options.",
        "It runs from 0 to 1, and lower is better. Whoever always says 50% scores .250; a"
        " 90% that fails costs .81.",
        "Do not judge it by itself: calibrated_range says what luck alone would give with"
        " these chances, and skill compares it with a reference.",
    ),
    "rows_mean_brier": Explanation(
        "This is the plain mean of the Brier scores of the rows: every row counts as one,"
        " whatever its family.",
        "It runs from 0 to 1, and lower is better. It equals brier where every family has one row.",
        "If it is far from brier, some families with many rows did much better or worse than"
        " the others. Trust brier: rows of one family stand or fall together.",
    ),
    "brier_low": Explanation(
        "This is the lower end of the 95% interval of brier, which goes up to brier_high. It"
        " allows for the luck that the stated chances themselves imply, and is given from 10"
        " families on.",
        "Narrow is good, and low. Whether always 50% is beaten is not for this interval to"
        " say: see skill.",
        "If it is too wide to tell anything, only more resolved forecasts make it narrower.",
    ),
    "brier_high": Explanation(
        "This is the upper end of the 95% interval of brier, which begins at brier_low. It"
        " allows for the luck that the stated chances themselves imply, and is given from 10"
        " families on.",
        "Narrow is good, and low. Whether always 50% is beaten is not for this interval to"
        " say: see skill.",
        "If it is too wide to tell anything, only more resolved forecasts make it narrower.",
    ),
    "calibrated_range": Explanation(
        "A forecaster who states these very chances, all of them right, scores within this range"
        " in at least 95 of 100 such samples.",
        "A brier inside is what luck gives. Above means too extreme. Below is no better: it means"
        " too timid, and surer chances would have scored better still.",
        "If brier is outside, read direction for how much. Every family needs one row.",
    ),
    "log_score": Explanation(
        "The log score is the mean of -ln of the chance given to what happened, in nats; of"
        " a choice, of the option that came.",
        "From 0 upwards, lower is better. Always 50% scores .693, a 99% that fails costs"
        " 4.61, and a 0% that happened makes it infinite: then it is null.",
        "It punishes certainty that fails far more than brier does. If it is infinite, see"
        " log_infinite and log_score_rest, and state 1% or 99% instead.",
    ),
    "log_score_rest": Explanation(
        "This is the log score over the forecasts that do not make it infinite, in nats.",
        "From 0 upwards, lower is better; always 50% scores .693. It equals log_score where"
        " log_infinite is empty.",
        "Never quote it without the number of failures left out: it is the score of the same"
        " forecaster without the worst mistakes.",
    ),
    "log_rest_n": Explanation(
        "This is the weight that log_score_rest rests on: the number of families, less those"
        " parts that made the log score infinite.",
        "It should equal families. Anything less means that something stated at 0% or 100% failed.",
        "Quote it beside log_score_rest.",
    ),
    "log_infinite": Explanation(
        "These are the ids (of a table: the rows) of what was stated at 0% and happened, or"
        " at 100% and did not.",
        "An empty list is good. One entry refutes the chances by itself: the log score is"
        " infinite, and most intervals and tests have no answer.",
        "Read those forecasts, and leave room for what cannot be excluded: 1% or 99%.",
    ),
    "base_rate": Explanation(
        "This is the share that happened, from 0 to 1, each family counted once. A partial"
        " answer counts in part.",
        "It says what the world did, not how good the forecaster was. At 0 or 1 only one"
        " class of outcome is there, and much cannot be judged.",
        "Compare it with the mean of the stated chances: mean_diff is the difference.",
    ),
    "mean_diff": Explanation(
        "This is how often things happened minus how often the chances said they would, on"
        " average over families: .05 means that 5 points more came than stated.",
        "0 is right. Above 0 the chances were too low on average, below 0 too high. A mean"
        " of 0 can hide errors that cancel: see direction.",
        "Judge it by diff_low and diff_high. If both lie on one side of 0, move your chances"
        " that way.",
    ),
    "diff_low": Explanation(
        "This is the lower end of the 95% interval of mean_diff, which goes up to diff_high."
        " It allows for the luck that the stated chances imply, and is given from 5 families"
        " on.",
        'If it is above 0, more came than stated. "Right on average" needs the whole'
        " interval within .05 of 0.",
        "If the interval holds 0 but is wide, nothing is shown either way: wait for more outcomes.",
    ),
    "diff_high": Explanation(
        "This is the upper end of the 95% interval of mean_diff, which begins at diff_low."
        " It allows for the luck that the stated chances imply, and is given from 5 families"
        " on.",
        'If it is below 0, less came than stated. "Right on average" needs the whole'
        " interval within .05 of 0.",
        "If the interval holds 0 but is wide, nothing is shown either way: wait for more outcomes.",
    ),
    "mcb": Explanation(
        "Miscalibration, a part of the CORP split brier = mcb - dsc + unc: how much brier"
        " would fall if each chance were replaced by how often such chances came.",
        "0 is best, but luck keeps it above 0: a calibrated forecaster averages .077, .052,"
        " .028, .017 at n = 10, 20, 50, 100 if the chances are spread evenly in steps of 5%.",
        "Compare it with mcb_null_mean and mcb_null_95, never with 0. It is a size, not a"
        " test: the tests are spiegelhalter_p and sum_p_value.",
    ),
    "dsc": Explanation(
        "Discrimination, a part of the CORP split brier = mcb - dsc + unc: how much telling"
        " likely cases from unlikely ones saved, beside always stating the rate that came.",
        "Higher is better, from 0 (no case told from another) up to unc (each told"
        " perfectly). Luck raises it in small samples.",
        "If it is small, better information helps; shifting the chances does not.",
    ),
    "unc": Explanation(
        "Uncertainty, a part of the CORP split brier = mcb - dsc + unc: what somebody scores"
        " who knew beforehand how many would come and stated that share each time.",
        "It says how hard the questions were, from 0 (all or none came) to .25 (half came),"
        " and is nobody's merit.",
        "A brier below it means that dsc outweighs mcb. Never compare the Brier scores of"
        " samples whose unc differ.",
    ),
    "mcb_null_mean": Explanation(
        "This is the mean mcb that a calibrated forecaster with these chances would show by"
        " luck alone, from 1,000 simulated samples.",
        "An mcb near it is as good as mcb gets at this number; luck keeps both above 0.",
        "Read mcb as a size in excess of this figure. It needs 30 families of one row each.",
    ),
    "mcb_null_95": Explanation(
        "A calibrated forecaster with these chances shows an mcb up to this figure in 95 of 100"
        " simulated samples.",
        "An mcb up to it is what luck gives; one above it is more than luck gives as a rule. Hold"
        " mcb_pooled against it, which is computed alike to the last digit.",
        "Take it as a measure of size. To decide whether chances are too extreme or too timid,"
        " spiegelhalter_p sees more.",
    ),
    "mcb_pooled": Explanation(
        "This is the mcb of the very sample that the simulations of mcb_null_mean were drawn"
        " from. Where more than 2,000 different chances were stated, neighbours are pooled to"
        " 500 for that.",
        "It should equal mcb, and does in all but very large tables.",
        "Where the two differ, compare this figure, not mcb, with mcb_null_mean and mcb_null_95.",
    ),
    "sum_p": Explanation(
        "This is how many things the stated chances led one to expect: their sum, each"
        " family counted once.",
        "Near sum_y is good. How near luck would bring it is what sum_p_value says.",
        "If far more was expected than came, lower your chances; if far less, raise them."
        " Quantity and direction are in mean_diff.",
    ),
    "sum_y": Explanation(
        "This is how many things happened, each family counted once; hits counts each row as one.",
        "Near sum_p, the number expected, is good. Neither many nor few is good by itself.",
        "Whether luck explains the gap is what sum_p_value says.",
    ),
    "sum_p_value": Explanation(
        "How often luck alone would bring a gap at least this large between what was expected and"
        " what came, were every chance right and the rows independent: twice the smaller tail.",
        ".05 or more is common by luck, and shows nothing. Below .05 the number that came does not"
        ' fit the chances; it is never "the probability that they are right".',
        "If it is small, mean_diff says by how much. Every family needs one row.",
    ),
    "sum_p_exact": Explanation(
        "This says whether sum_p_value was computed exactly, by adding up all outcomes, or"
        " by the normal approximation.",
        "True up to 5,000 rows. Beyond, the approximation is close.",
        "Nothing to do: it only says how the p was reached.",
    ),
    "spiegelhalter_z": Explanation(
        "Spiegelhalter's z compares brier with what these chances imply, in standard"
        " deviations: above 0 the chances were too extreme, below 0 too timid.",
        "Near 0 is good; within 2 either way is common by luck. It is not defined where"
        " every chance is 0%, 50% or 100%.",
        "Decide by spiegelhalter_p, not by z. The size is in direction. It needs 10 families"
        " of one row each.",
    ),
    "spiegelhalter_p": Explanation(
        "If every chance was right, and the rows are independent, z would be so high or"
        " higher, or so low or lower, with this probability: twice the smaller of the two, at"
        " most 1.",
        ".05 or more shows nothing. Below .05, brier also lies outside calibrated_range: the"
        " chances were too extreme (z above 0) or too timid (below).",
        "If it is small, move all chances toward 50%, or away from it, by as much as"
        " direction says.",
    ),
    "spiegelhalter_exact": Explanation(
        "This says whether spiegelhalter_p was computed exactly, by adding up all outcomes,"
        " or by the normal approximation.",
        "True up to 5,000 rows, as a rule. Beyond, the approximation is close.",
        "Nothing to do: it only says how the p was reached.",
    ),
    "family_z": Explanation(
        "Spiegelhalter's z with each family counted once, and with the most spread that the"
        " rows of a family can share. Above 0 the chances are too extreme, below 0 too timid.",
        "Near 0 is good. Where families have several rows, too timid is said only at -1.96 or"
        " below.",
        "Read it beside direction.",
    ),
    "timidity_can_show": Explanation(
        "This says whether any outcome at all could have shown these chances to be too"
        " timid: whether spiegelhalter_p falls below .05 where every likely thing came and no"
        " unlikely one. Of a family of several rows the least confident counts.",
        "True is needed before silence about timidity means anything: 35 chances of 90%"
        " cannot show it, 36 can.",
        "If it is false, gather more forecasts before you conclude that you are not too timid.",
    ),
    "one_sided": Explanation(
        "This is true where nine in ten chances or more lie on one side of 50%.",
        'Neither is better. If true, "too many came" and "too timid" are nearly one'
        " question, and the report gives one sentence, not two.",
        "Forecasts on both sides of 50% let a report tell the two errors apart.",
    ),
    "direction": Explanation(
        "How the stated chances would have to be stretched to fit what came, in log odds"
        " (Cox's recalibration), with a cautious prior: slope and shift, with p_extreme,"
        " at_90, confidence and comes.",
        "A slope near 1 and a shift near 0 are good. A slope below 1 is too extreme, above 1"
        " too timid.",
        "If p_extreme is near 1, move chances toward 50%: at_90 and comes say how far. It"
        " needs 10 families.",
    ),
    "slope": Explanation(
        "The factor by which the stated log odds would have to be multiplied to fit what"
        " came, with its 95% in direction.low and direction.high.",
        "1 is right. Below 1 the chances were too extreme: a slope of .5 turns a 90% into"
        " 75%. Above 1 they were too timid.",
        "If the interval leaves out 1, say chances nearer to 50% (below 1) or further from"
        " it (above 1).",
    ),
    "shift": Explanation(
        "What would have to be added to the log odds of every chance, after slope, to fit"
        " what came.",
        "0 is right. Above 0 more happens than is stated, below 0 less: a shift of .4 turns"
        " a 50% into 60%.",
        "If mean_diff agrees, move all chances that way.",
    ),
    "p_extreme": Explanation(
        "The probability that the chances are too extreme (slope below 1), after a cautious"
        " prior and what came. The probability of too timid is the rest.",
        'Near .5 nothing is known. Where spiegelhalter_z is withheld, the words "too'
        ' extreme" need .975 or more and "too timid" .025 or less and a family_z of -1.96'
        " or less; elsewhere they need spiegelhalter_p.",
        "Between those, take it for the likelier side, no more.",
    ),
    "at_90": Explanation(
        "How often what was stated with 90% comes, by direction: .8 means that a 90% comes"
        " about 80% of the time.",
        ".9 is right; less is too extreme, more too timid. It is null unless chances of at"
        " least 80% or at most 20% were stated.",
        "If p_extreme is near 0 or 1, say what you now call 90% with this figure instead.",
    ),
    "comes": Explanation(
        'How often what is stated with the median confidence comes, by direction: "what is'
        ' called 92% comes about 83%".',
        "Equal to direction.confidence is right; less is too extreme, more too timid.",
        "It is an estimate. Change your chances by it once spiegelhalter_p or p_extreme"
        " shows a side.",
    ),
    "e_value": Explanation(
        'The evidence against "every chance is right", as the winnings of a fair bet against'
        " it: a stake of 1 has become this much. It never says on which side the chances err.",
        "1 or less is no evidence; 20 is evidence, however often one looks. It is null, and"
        " infinite, where something stated to be impossible happened.",
        "Use it rather than a p if you look at the report again and again. It needs 10 families.",
    ),
    "skill": Explanation(
        "How much less the forecaster lost than a reference did, in Brier score, on the same"
        " rows: the first of skills that covers all rows, with reference, diff, low, high and"
        " ratio.",
        "diff above 0 is better than the reference. Only an interval that leaves out 0, from"
        " 10 families on, shows it.",
        "If it is not above 0, the reference would have served as well. Give records their"
        " own reference: always 50% is easy to beat.",
    ),
    "skills": Explanation(
        "All comparisons of the forecaster with a reference: the record's own, the base rate"
        " known beforehand, and always 50% (of choices: equal shares); each as in skill.",
        "Each diff above 0, with an interval that leaves out 0, is good; the record's own"
        " reference is the hardest and fairest.",
        "Do not pick the most flattering one: the report shows all.",
    ),
    "bins": Explanation(
        "The chances in groups of neighbours with equal chances kept together: what was"
        " stated on average beside how often it came, with its 95%.",
        "Good is mean_p inside ci_low to ci_high. Of 20 calibrated bins, one may lie outside"
        " by luck.",
        "Look for a pattern: high bins that come less often and low ones more often are too"
        " extreme. Up to 3 bins below 30 families, then up to 10.",
    ),
    "levels": Explanation(
        "Every different chance that was stated, with its rows and how many of them"
        " happened; up to 101 different ones.",
        "Of the rows at 90%, about nine in ten should have happened; few rows say little.",
        "Use it to draw a chart of your own, or to see whether you state round figures only."
        " bins has the intervals.",
    ),
    "curve": Explanation(
        "The reliability curve: how often chances of p came (r), by a rising fit, with the"
        " band low to high in which a calibrated forecaster's curve lies in 95 of 100"
        " samples, point by point.",
        "r near p is good. Of 20 points, one may lie outside by luck.",
        "Flatter than the diagonal is too extreme, steeper too timid. It needs 100 families"
        " of one row each.",
    ),
}
