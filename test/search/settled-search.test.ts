import { describe, expect, it } from "vitest";
import {
  type Search,
  type SearchContext,
  type SearchRun,
  type SelectionEvent,
  SettledSearch,
  type Settling,
  type Strategy,
} from "../../src/search/index.ts";

/** What an epoch ends with: a choice that stayed or changed, one beyond a limit, one that nothing was learned of, one that is frozen. */
type Epoch = "same" | "moved" | "refused" | "unknown" | "frozen";

const exploration = { architectures: 0, candidateSteps: [] } as never;

function selection(epoch: number, how: Epoch): SelectionEvent {
  const group = { group: "g", support: [0], weights: null, figures: {}, vectors: {} };
  return {
    ...{ kind: "selection", epoch, isAccepted: how !== "refused", figures: {}, exploration },
    groups: [
      { ...group, values: [1, 0], changed: false, isFrozen: how === "frozen" },
      { ...group, values: how === "unknown" ? null : [1, 0], changed: how === "moved", isFrozen: how === "frozen" },
    ],
  };
}

interface Played {
  readonly strategy: Pick<Strategy, "start" | "changes" | "epochsOption">;
  /** What its searches were told when they began. */
  readonly begun: { readonly epochs: number; readonly from: number; readonly hasSettled: boolean }[];
  /** How many runs gave back what they held. */
  released: number;
}

function play(epochs: readonly Epoch[]): Played {
  const played: Played = {
    begun: [],
    released: 0,
    strategy: {
      epochsOption: "epochs",
      changes: { epochs: { get: (options) => options as number, set: (_, value) => value } },
      start({ hasSettled = false }, options, from): Search {
        let epoch = from?.epoch ?? 0;
        const planned = options as number;
        played.begun.push({ epochs: planned, from: epoch, hasSettled });
        return {
          state: () => ({ epoch, step: 0 }),
          async *run(): SearchRun {
            try {
              if (from === null) yield selection(0, "same");
              while (epoch < planned) yield selection(++epoch, epochs[epoch - 1]!);
              return { supports: [], mixture: null, exploration, details: { planned }, remarks: ["an own remark"] };
            } finally {
              played.released++;
            }
          },
        };
      },
    },
  };
  return played;
}

async function follow(
  { strategy }: Played,
  { planned, settled, from = null }: { planned: number; settled: number; from?: [number, Settling] | null },
) {
  const place = from === null ? null : { search: { epoch: from[0], step: 0 }, settling: from[1] };
  const context = {} as SearchContext;
  const search = new SettledSearch({ strategy, context, options: planned, epochs: settled }, place);
  const epochs: number[] = [];
  const settlings: (Settling | undefined)[] = [];
  let isFrozen = false;
  const run = search.run();
  let next = await run.next();
  for (; !next.done; next = await run.next()) {
    if (next.value.kind !== "selection") continue;
    epochs.push(next.value.epoch);
    settlings.push(search.settling);
    isFrozen = next.value.groups.every((group) => group.isFrozen);
  }
  return { epochs, settlings, isFrozen, result: next.value };
}

describe("a search that may settle", () => {
  it.each<[string, Epoch[], number, number | null]>([
    ["ends once it was the same for so many epochs in a row", ["same", "same", "same", "same"], 2, 2],
    ["counts anew after a change of any group", ["same", "moved", "same", "same", "same"], 2, 4],
    ["does not count what was beyond a limit", ["same", "refused", "same", "same", "same"], 2, 4],
    ["does not count what nothing was learned of", ["unknown", "unknown", "same", "same", "same"], 2, 4],
    ["goes to its end where it moves too often", ["same", "moved", "same", "moved"], 2, null],
    ["ends by itself with its last epoch", ["moved", "moved", "same", "same"], 2, null],
    ["ends by itself where all is frozen", ["same", "frozen", "frozen"], 2, null],
    ["never settles with 0", ["same", "same", "same"], 0, null],
  ])("%s", async (_, epochs, settled, settledAt) => {
    const played = play(epochs);
    const ended = await follow(played, { planned: epochs.length, settled });
    const last = settledAt ?? epochs.length;
    expect(ended.epochs).toEqual(Array.from({ length: last + 1 }, (__, epoch) => epoch));
    expect(ended.result.details).toEqual({ planned: last, ...(settled === 0 ? {} : { settledAt }) });
    expect(ended.result.remarks).toHaveLength(settledAt === null ? 1 : 2);
    expect(ended.result.remarks.at(-1)).toBe("an own remark");
    const first = { epochs: epochs.length, from: 0, hasSettled: false };
    const again = { epochs: last, from: last, hasSettled: true };
    expect(played.begun).toEqual(settledAt === null ? [first] : [first, again]);
    expect(played.released).toBe(played.begun.length);
    if (settledAt !== null) expect(ended.isFrozen).toBe(true);
    if (settled === 0) expect(ended.settlings).toEqual(ended.epochs.map(() => undefined));
  });

  it("goes on counting where it stood, and has settled for good", async () => {
    const epochs: Epoch[] = ["same", "same", "same", "same", "same", "same"];
    const whole = await follow(play(epochs), { planned: 6, settled: 4 });
    expect(whole.settlings).toEqual([
      ...[0, 1, 2, 3].map((stillEpochs) => ({ stillEpochs, settledAt: null })),
      { stillEpochs: 4, settledAt: 4 },
    ]);
    for (const [epoch, settling] of whole.settlings.entries()) {
      const rest = await follow(play(epochs), { planned: 6, settled: 4, from: [epoch, settling!] });
      expect(rest.epochs).toEqual(whole.epochs.slice(epoch + 1));
      expect(rest.result).toEqual(whole.result);
    }
  });

  it("lets a run go that is left before its end", async () => {
    const played = play(["same", "same"]);
    const { strategy } = played;
    const run = new SettledSearch({ strategy, context: {} as SearchContext, options: 2, epochs: 1 }, null).run();
    await run.next();
    await run.return(null as never);
    expect(played.released).toBe(1);
  });
});
