/** @file Architectures in the table that the publication of their space has of them, beside controls that search nothing. */
import { existsSync } from "node:fs";
import { IstaNasError } from "../error.ts";
import {
  type BenchmarkComparison,
  type BenchmarkRow,
  type SearchSpace,
  SPACES,
  type SpaceBenchmark,
  type SpaceKind,
} from "../spaces/index.ts";
import { loadRunConfig, RunFolder, shownPath } from "../store/index.ts";
import { readArchitecture } from "./architecture-source.ts";
import { readBenchmarkTable } from "./benchmark-table.ts";
import { namesModule } from "./load-module.ts";
import { chooseSpace } from "./run-parts.ts";

export interface PublishedResultsSpec {
  /** A name, or a module of one's own. */
  readonly space: string;
  /** Each what `readArchitecture` takes, or an architecture as text; what is there twice counts once. */
  readonly architectures: readonly string[];
  /** A file of the form of the published table. Default: the published table. */
  readonly table?: string;
}

export interface PublishedResults extends BenchmarkComparison {
  /** Its kind. */
  readonly space: string;
  /** `name`: of the run, the file or the publication, or the architecture's text; what was asked for where two have one name. */
  readonly architectures: readonly (BenchmarkRow & { readonly name: string })[];
  readonly benchmark: SpaceBenchmark;
}

/**
 * Looks architectures up in the published results of their space.
 * @throws E_USAGE_TABLE for a space without a table and for a run in another space, E_TABLE, E_TABLE_CELL and E_TABLE_UNREADABLE, and what
 * `readArchitecture` throws
 */
export async function publishedResults(spec: PublishedResultsSpec): Promise<PublishedResults> {
  const { kind, benchmark } = await spaceWithTable(spec.space);
  const sources = [...new Set(spec.architectures)];
  const asked: NamedArchitecture[] = [];
  for (const source of sources) asked.push(await readOne(source, spec.space, kind));
  const table = readBenchmarkTable(spec.table ?? benchmark.table);
  const wanted = asked.map(({ architecture }) => architecture);
  const compared = naming(spec.table, () => benchmark.compare(table, wanted));
  const architectures = compared.architectures.map((row, index) => {
    const { name } = asked[index]!;
    const isShared = asked.some((other, place) => place !== index && other.name === name);
    return { name: isShared ? sources[index]! : name, ...row };
  });
  return { space: kind.kind, ...compared, architectures, benchmark };
}

async function spaceWithTable(name: string): Promise<{ readonly kind: SpaceKind; readonly benchmark: SpaceBenchmark }> {
  const known = SPACES.find(({ kind }) => kind === name);
  const kind = known ?? (namesModule(name) ? (await chooseSpace(name)).part : null);
  const benchmark = kind?.benchmark;
  if (kind !== null && benchmark !== undefined) return { kind, benchmark };
  const others = SPACES.filter((part) => part.benchmark !== undefined).map((part) => part.kind);
  const got = kind === null ? `${name}, which is no space` : `${name}, a space without published results`;
  throw new IstaNasError(`table: got ${got}, expected ${others.join(" or ")}`, {
    code: "E_USAGE_TABLE",
    kind: "usage",
    hint: "or a module with a space of your own that has a benchmark: ./mine.mjs",
  });
}

interface NamedArchitecture {
  readonly name: string;
  readonly architecture: unknown;
}

/** What cells have and names of files hardly ever. */
const TEXT_MARK = "|";

/** What is there as a file is read as one; what is not, and cannot be read as text, is taken for a name if it has no bar. */
async function readOne(source: string, space: string, kind: SpaceKind): Promise<NamedArchitecture> {
  const ownSpace = kind.create(kind.options({}));
  const isName = ownSpace.baselines?.some(({ name }) => name === source) ?? false;
  const given = existsSync(source) || isName ? null : readText(source, ownSpace);
  if (given !== null) return given;
  if (RunFolder.isRun(source)) assertRunOf(kind, source);
  const { name, architecture } = await readArchitecture(source, { space });
  return { name, architecture };
}

function readText(text: string, space: SearchSpace): NamedArchitecture | null {
  try {
    const architecture = space.parse(text);
    return { name: space.formatText(architecture), architecture };
  } catch (error) {
    if (error instanceof IstaNasError && !text.includes(TEXT_MARK)) return null;
    throw error;
  }
}

/** Before anything else of the run is read: one in a space of its owner's own would ask for its module. */
function assertRunOf({ kind }: SpaceKind, path: string): void {
  const { space } = loadRunConfig(RunFolder.ensure(path));
  if (space.kind === kind) return;
  throw new IstaNasError(`table: ${shownPath(path)}: got a run in the space ${space.kind}, expected one in ${kind}`, {
    code: "E_USAGE_TABLE",
    kind: "usage",
    hint: `ista-nas show prints what it found; a run that is started with --space ${kind} finds a cell of the table`,
  });
}

/** Errors of a table that was handed over begin with its name. */
function naming<T>(path: string | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (path === undefined || !(error instanceof IstaNasError)) throw error;
    const { code, kind, hint, message } = error;
    throw new IstaNasError(`${path}: ${message}`, { code, kind, ...(hint === undefined ? {} : { hint }) });
  }
}
