/**
 * @file What a budget decides beside what is decided by hand: test accuracy over data sets, budgets and sizes of DARTS networks, found by a strategy or
 * fixed, with `auto` in the last column and as a row. The rules of src/run/epoch-plan.ts and src/run/decide-search.ts are to be read off such tables.
 * What `--out` holds already is not run again. `npm run build && npx tsx bench/budget.ts DATA... --budgets 60s,3m,1.2T --out FOLDER [--images 500]`
 */
import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { IstaNasError } from "../src/error.ts";
import { AUTO, computeFlag, durationFlag } from "../src/options/index.ts";
import { type RunSummary, search, train } from "../src/run/index.ts";
import { meanInterval } from "../src/statistics/index.ts";
import { loadRunConfig, RunFolder } from "../src/store/index.ts";
import { STRATEGIES } from "../src/strategies/index.ts";
import { countsOf, runCommand, usageError } from "./harness/command.ts";
import { formatInterval } from "./harness/interval.ts";
import { keptRun } from "./harness/kept-run.ts";
import { linkedSubset } from "./harness/linked-subset.ts";
import { machineLine } from "./harness/machine.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE =
  "npx tsx bench/budget.ts DATA... --budgets TIME|COMPUTE,... --out FOLDER [--sizes 4x3,8x3,8x5,12x8,16x8] [--methods two-stage,DARTS_all_sep_3x3,auto] [--seeds 1] [--threads 2] [--images COUNT_PER_CLASS] [--image-size PIXELS]";

const TOO_SMALL = ["E_TIME_TOO_SHORT", "E_COMPUTE_TOO_SMALL"];

interface Case {
  readonly data: string;
  /** As typed: `3m` of time, or `1.2T` multiply-accumulates. */
  readonly budget: string;
  /** A strategy, `auto`, or an architecture that is trained without a search. */
  readonly method: string;
  /** `8x5`: channels and cells; or `auto`. */
  readonly size: string;
  readonly seed: number;
}

/** What all cases of a table have in common. */
interface Setting {
  readonly folder: string;
  readonly imageSize: number | null;
  readonly threads: number;
}

const TIME = durationFlag("budgets", "");
const COMPUTE = computeFlag("budgets", "");

/** Throws a usage error for what is neither. */
function budgetOption(budget: string): { readonly time: number } | { readonly compute: number } {
  return /[MGTP]$/.test(budget) ? { compute: COMPUTE.parse(budget) } : { time: TIME.parse(budget) };
}

/** Null for a budget that is too small. */
async function run({ data, budget, method, size, seed }: Case, { folder, imageSize, threads }: Setting) {
  const [channels, cells] = size === AUTO ? [AUTO, AUTO] : size.split("x").map(Number);
  const side = imageSize === null ? {} : { imageSize };
  const options = { ...budgetOption(budget), channels: channels as number, cells: cells as number, ...side };
  const isSearch = method === AUTO || STRATEGIES.some(({ kind }) => kind === method);
  const name = basename(resolve(data));
  const out = join(folder, `${name}${imageSize === null ? "" : `-${imageSize}px`}-${budget}-${method}-${size}-${seed}`);
  try {
    return await keptRun(out, threads, () =>
      isSearch
        ? search({ data, strategy: method, seed, out, options }, { threads })
        : train({ architecture: method, data, seed, out, options }, { threads }),
    );
  } catch (error) {
    if (error instanceof IstaNasError && TOO_SMALL.includes(error.code)) return null;
    throw error;
  }
}

/** Accuracy in per cent; of one that was decided, what was. */
function shown(summaries: readonly (RunSummary | null)[]): string {
  const finished = summaries.filter((summary) => summary !== null);
  if (finished.length === 0) return "-";
  const accuracy = formatInterval(meanInterval(finished.map(({ testAccuracy }) => 100 * testAccuracy)));
  const { decisions = [] } = loadRunConfig(RunFolder.open(finished[0]!.run));
  return [accuracy, ...decisions.map(({ chosen }) => chosen)].join(", ");
}

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      budgets: { type: "string" },
      out: { type: "string" },
      sizes: { type: "string", default: "4x3,8x3,8x5,12x8,16x8" },
      methods: { type: "string", default: "two-stage,DARTS_all_sep_3x3,auto" },
      seeds: { type: "string", default: "1" },
      threads: { type: "string", default: "2" },
      images: { type: "string" },
      "image-size": { type: "string" },
    },
  });
  const { out: folder, images, "image-size": side } = values;
  if (positionals.length === 0 || folder === undefined || values.budgets === undefined)
    throw usageError(`usage: ${USAGE}`);
  const budgets = values.budgets.split(",");
  for (const budget of budgets) budgetOption(budget);
  const { seeds, threads } = countsOf({ seeds: values.seeds, threads: values.threads }, ["seeds", "threads"]);
  const imageSize = side === undefined ? null : countsOf({ "image-size": side }, ["image-size"])["image-size"];
  const sizes = [...values.sizes.split(","), AUTO];
  mkdirSync(folder, { recursive: true });
  const rows: string[][] = [];
  for (const given of positionals) {
    if (images !== undefined && given === "demo") throw usageError("--images: got demo, expected folders of classes");
    const data = images === undefined ? given : linkedSubset(given, countsOf({ images }, ["images"]).images, folder);
    for (const budget of budgets) {
      for (const method of values.methods.split(",")) {
        const cells: string[] = [];
        for (const size of sizes) {
          const summaries: (RunSummary | null)[] = [];
          for (let seed = 1; seed <= seeds; seed++) {
            summaries.push(await run({ data, budget, method, size, seed }, { folder, imageSize, threads }));
          }
          cells.push(shown(summaries));
          console.error(`${basename(data)}, ${budget}, ${method}, ${size}: ${cells.at(-1)}`);
        }
        rows.push([basename(data), budget, method, ...cells]);
      }
    }
  }
  console.log(`test accuracy in per cent, mean of ${seeds}, ${machineLine(threads)}\n`);
  console.log(markdownTable(["data", "budget", "method", ...sizes], rows));
});
