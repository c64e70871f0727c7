/** @file The events of runs of format 2 and before, `recovery` and `one-stage-recovery`, as the selections that they are. Nothing is checked. */

type Json = Readonly<Record<string, unknown>>;

const GROUP_FIGURES = ["relativeResidual", "fullRelativeResidual", "nonZeros", "dualityGap"];
const FIGURES = ["parameters", "macs"];

/** `candidates`: how many each group has. Fields that are not there stay so. */
export function fromRecovery(event: Json, candidates: readonly number[]): Json {
  const { groups, frozen, distances, isAccepted = true } = event;
  return {
    ...{ time: event["time"], kind: "selection", epoch: event["epoch"] },
    groups: Array.isArray(groups)
      ? groups.map((group, index) =>
          isObject(group)
            ? fromRecovered(group, candidates[index] ?? 0, entryOf(frozen, index), entryOf(distances, index))
            : group,
        )
      : groups,
    ...{ isAccepted, figures: named(event, FIGURES), exploration: event["exploration"] ?? null },
  };
}

function fromRecovered(group: Json, candidates: number, isFrozen: unknown, distance: unknown): Json {
  const { measurement } = group;
  return {
    ...{ group: group["group"], support: group["support"], values: group["fullCode"] ?? knownCode(group, candidates) },
    ...{ weights: group["edgeWeights"], changed: group["changed"] === true, isFrozen: isFrozen === true },
    figures: { ...named(group, GROUP_FIGURES), ...(distance === undefined ? {} : { distance }) },
    vectors: measurement === undefined || measurement === null ? {} : { measurement },
  };
}

/** Of runs that did not write the whole code: what was kept of it, and null for what is not known. */
function knownCode({ support, code }: Json, candidates: number): unknown {
  if (!Array.isArray(support) || !Array.isArray(code)) return code;
  const values: unknown[] = Array.from({ length: candidates }, () => null);
  for (const [place, candidate] of support.entries()) {
    if (Number.isInteger(candidate) && candidate >= 0 && candidate < candidates) values[candidate] = code[place];
  }
  return values;
}

function entryOf(list: unknown, index: number): unknown {
  return Array.isArray(list) ? list[index] : undefined;
}

function named(record: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]])));
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
