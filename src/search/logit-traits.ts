/** @file What strategies have in common that learn logits of candidates on one half of the images, and weights on the other. */

import type { TrainingPlace } from "../train/index.ts";
import { learningRateFor } from "../train/index.ts";
import { CandidateLogits, type LogitsState } from "./candidate-logits.ts";
import { changeOf } from "./change-of.ts";
import { LOGIT_RATE } from "./logit-rate-flag.ts";
import type { Strategy } from "./strategy.ts";
import type { SuperNetSgd } from "./super-net-sgd.ts";

interface LogitOptions extends SuperNetSgd {
  readonly epochs: number;
  /** Rate of Adam on the logits. */
  readonly logitRate: number;
}

type Common =
  | "images"
  | "settles"
  | "afterwards"
  | "changes"
  | "epochsOption"
  | "batchOf"
  | "ratesOf"
  | "firstSupports";

/** Of a `Strategy` what does not depend on how its logits move. */
export function logitTraits<Options extends LogitOptions, State extends TrainingPlace & LogitsState>(): Pick<
  Strategy<Options, State>,
  Common
> {
  return {
    images: "halves",
    settles: true,
    afterwards: "retrain",
    changes: {
      learningRate: changeOf("learningRate"),
      weightDecay: changeOf("weightDecay"),
      logitRate: changeOf("logitRate"),
      epochs: changeOf("epochs"),
    },
    epochsOption: "epochs",
    batchOf: ({ batch }) => batch,
    ratesOf: ({ batch, learningRate, logitRate }) => [
      { option: "learningRate", rate: learningRate, usual: learningRateFor(batch) },
      { option: "logitRate", rate: logitRate, usual: LOGIT_RATE },
    ],
    firstSupports: ({ space, streams }, { logitRate }) =>
      new CandidateLogits({ groups: space.groups, streams, rate: logitRate }, null).mostLikely,
  };
}
