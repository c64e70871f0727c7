/** @file One variant of a study: what its runs are asked for. */
import { IstaNasError } from "../error.ts";
import { type Flag, spelling } from "../options/index.ts";
import {
  asTrainOptions,
  chooseSpace,
  chooseStrategy,
  type Flags,
  partFlags,
  proxyName,
  RUN_FLAGS,
  type RunOptions,
  retrainName,
  unionOfFlags,
} from "../run/index.ts";
import type { Strategy } from "../search/index.ts";
import { SPACES } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import type { Settings } from "./study-file.ts";

export interface Variant {
  readonly name: string;
  /** What is trained, a file or the name of a baseline; null for a search. */
  readonly architecture: string | null;
  /** Without seed and place. */
  readonly options: RunOptions;
  /** Those of the common settings that it takes, by name. */
  readonly taken: ReadonlySet<string>;
}

interface VariantSettings {
  readonly name: string;
  /** Of all variants. */
  readonly base: Settings;
  readonly own: Settings;
}

/**
 * Takes of `base` what the space and the strategy of this variant know, and all of `own`.
 * @throws E_STUDY_FILE for a name that no flag has, `E_FLAG_VALUE` for a value that its flag refuses, and what choosing a part throws
 */
export async function variantOf({ name, base, own }: VariantSettings): Promise<Variant> {
  const { architecture, ...ownOptions } = own;
  const { space, strategy } = { ...base, ...own };
  const chosenSpace = (await chooseSpace(textOf(space))).part;
  const chosenStrategy = architecture === undefined ? (await chooseStrategy(textOf(strategy))).part : null;
  const known = flagsOf(
    [...new Set([...SPACES, chosenSpace])],
    [...new Set([...STRATEGIES, ...(chosenStrategy === null ? [] : [chosenStrategy])])],
  );
  const [common, asked] = [parsed(base, known), parsed(ownOptions, known)];
  if (chosenStrategy === null) {
    const options = asTrainOptions({ ...common, ...asked }, { flags: everyStrategyFlag() as Strategy["flags"] });
    const taken = Object.keys(common).filter((option) => !Object.hasOwn(everyStrategyFlag(), option));
    return { name, architecture: String(architecture), options, taken: new Set(taken) };
  }
  const takes = flagsOf([chosenSpace], [chosenStrategy]);
  const afterwards = asked["afterwards"] ?? common["afterwards"] ?? chosenStrategy.afterwards;
  const ofRetraining = ["retrainBatch", "retrainRate", ...Object.keys(chosenSpace.macroFlags).map(retrainName)];
  const ofProxy = Object.keys(chosenSpace.macroFlags).map(proxyName);
  const passedOver = new Set([
    ...(afterwards === "retrain" ? [] : ofRetraining),
    ...(afterwards === "none" ? ["retrainEpochs"] : []),
    ...(chosenStrategy.trainsAlone === undefined ? ofProxy : []),
    ...(chosenStrategy.settles === undefined ? ["settledEpochs"] : []),
  ]);
  const isTaken = ([option]: readonly [string, unknown]) => Object.hasOwn(takes, option) && !passedOver.has(option);
  const taken = Object.fromEntries(Object.entries(common).filter(isTaken));
  return { name, architecture: null, options: { ...taken, ...asked }, taken: new Set(Object.keys(taken)) };
}

function flagsOf(spaces: Parameters<typeof partFlags>[0], strategies: Parameters<typeof partFlags>[1]): Flags {
  const { seed: _seed, out: _out, ...ofRun } = RUN_FLAGS;
  return unionOfFlags([ofRun, ...Object.values(partFlags(spaces, strategies))]);
}

function everyStrategyFlag(): Flags {
  return unionOfFlags(STRATEGIES.map(({ flags }) => flags as Flags));
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Texts become what their flags make of them. */
function parsed(settings: Settings, known: Flags): RunOptions {
  const entries = Object.entries(settings).map(([option, value]) => {
    if (!Object.hasOwn(known, option)) throw unknown(option, Object.keys(known));
    const flag = known[option] as Flag<unknown>;
    const isTyped = typeof value === "string" && flag.valueName !== null;
    return [option, isTyped ? flag.parse(value, spelling(option)) : value];
  });
  return Object.fromEntries(entries) as RunOptions;
}

function unknown(option: string, names: readonly string[]): IstaNasError {
  const meant = names.find((name) => spelling(name) === option || name.toLowerCase() === option.toLowerCase());
  return new IstaNasError(
    `study: got the option ${JSON.stringify(option)}, expected the name of an option of a search`,
    {
      code: "E_STUDY_FILE",
      kind: "usage",
      hint:
        meant === undefined
          ? "ista-nas search --help lists them: --retrain-epochs is retrainEpochs"
          : `is ${meant} meant?`,
    },
  );
}
