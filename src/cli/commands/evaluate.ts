/** @file `ista-nas evaluate`: how good a trained network is on labelled images, as a whole and by class. */
import { formatTestAccuracy, shownClasses } from "../../export/index.ts";
import { percent } from "../../percent.ts";
import { CONFUSION_PLACE, evaluate as evaluateModel } from "../../run/index.ts";
import { besideOutput } from "../beside-output.ts";
import { formatClassScores } from "../class-scores.ts";
import type { CommandInputs } from "../command.ts";
import { formatConfusion } from "../confusion-text.ts";
import { pickFlags } from "../given-flags.ts";
import { TerminalHost } from "../terminal-host.ts";

export async function evaluate({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [model, data] = positional as [string, string | undefined];
  const given = pickFlags(flags, ["split", "confusion", "space", "seed", "testFraction", "maxBadImages"]);
  const { confusion } = given;
  const talk = confusion === undefined ? terminal : besideOutput(confusion, CONFUSION_PLACE, terminal);
  const spec = { model, ...(data === undefined ? {} : { data }), ...given };
  const result = await evaluateModel(spec, new TerminalHost(talk, flags.threads));
  const {
    classes,
    missing,
    taskName,
    otherTasks = [],
    topFiveAccuracy,
    macroF1,
    calibrationError,
    calibrationBins,
  } = result;
  const shown = flags.allClasses === true ? classes : shownClasses(classes);
  for (const line of formatClassScores(shown)) talk.line(...line);
  const more = classes.length - shown.length;
  if (more > 0) talk.line(`  the ${shown.length} with the lowest recall; ${more} more with --all-classes`);
  if (missing.length > 0) talk.line(`no images of ${missing.join(", ")}: the accuracy says nothing about them`);
  for (const line of formatConfusion(result, terminal.width)) talk.line(...line);
  for (const task of otherTasks) {
    talk.line(`${task.name}:`);
    for (const line of formatClassScores(flags.allClasses === true ? task.classes : shownClasses(task.classes))) {
      talk.line(...line);
    }
  }
  talk.line(`test accuracy ${taskName === undefined ? "" : `${taskName}: `}${formatTestAccuracy(classes)}`);
  for (const task of otherTasks) talk.line(`test accuracy ${task.name}: ${formatTestAccuracy(task.classes)}`);
  if (topFiveAccuracy !== null) talk.line(`top-5 accuracy ${percent(topFiveAccuracy)}`);
  talk.line(`macro F1 ${percent(macroF1)}, the mean over the classes`);
  talk.line(
    `calibration error ${percent(calibrationError)}, expected, over ${calibrationBins.length} bins of confidence of equal width (Guo et al. 2017)`,
  );
  talk.line("the interval is Wilson's score interval: it knows the number of images and nothing else");
  if (confusion !== undefined) talk.line(`confusion matrix in ${confusion}`);
  talk.result(result);
}
