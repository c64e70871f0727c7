/** @file Configurations of earlier formats as ones of the present format. What is wrong in them stays wrong, for the reader to name. */

/** Of `config.json` as it is written now. */
export const CONFIG_VERSION = 3;

type Json = Readonly<Record<string, unknown>>;

/** Any `config.json` in the present format, as far as it is one. */
export function upgradeConfig(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (value["formatVersion"] === 1) return upgradeFormat2(upgradeFormat1(value));
  return value["formatVersion"] === 2 ? upgradeFormat2(value) : value;
}

/** What runs of format 1 did not write down. They have no checkpoints: their networks can be used, and not gone on with. */
function upgradeFormat1(old: Json): Json {
  const given = isObject(old["data"]) ? old["data"] : {};
  const data = { fingerprint: null, imageSize: null, testFraction: 0.2, maxBadImageRate: 0.01, ...given };
  return {
    ...{ timeBudget: null, checkpoints: { minutes: 10, kept: 3 }, maxLoss: 1000, sparsity: 2, genotypeName: null },
    ...old,
    formatVersion: 2,
    data: { location: given["path"], ...data },
  };
}

/** Runs of format 2 knew one space, and a field for each of two strategies. */
function upgradeFormat2(old: Json): Json {
  const { sparsity, strategy, search, oneStage = null, retrain, genotypeName, ...rest } = old;
  const options = strategy === "one-stage" ? oneStage : search;
  return {
    ...rest,
    formatVersion: CONFIG_VERSION,
    space: { kind: "darts", options: { sparsity } },
    strategy: strategy === null ? null : { kind: strategy, ...phaseOf(options) },
    training: retrain,
    architectureName: genotypeName,
  };
}

function phaseOf(settings: unknown): Json {
  if (!isObject(settings)) return { options: settings };
  const { network, augmentation, ...options } = settings;
  return { network, augmentation, options };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
