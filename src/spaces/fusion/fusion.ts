/**
 * @file What is found between two networks: which edges carry features. As text a word a stage, the stages of the other network that it receives from
 * or `-`, a bar between blocks, a slash between the networks: `0 0+1 | - 3 / - 1 | 2 -`; as JSON `{ "receives": [[[0], [0, 1], ...], ...] }`.
 */
import { type ArchitectureRefusal, architectureRefusal, quoted, readJsonForm } from "../architecture-text.ts";
import { type Backbone, stageCount, stagesByBlock } from "./backbone.ts";
import { type EdgeChoice, edgesOf, TASK_COUNT } from "./edges.ts";

/** The errors of what is no fusion. */
const refuse: ArchitectureRefusal = architectureRefusal(
  "a fusion is a word a stage, stages of the other network or -, with a bar between blocks and a slash between networks, such as 0 0+1 | - 3 / - 1 | 2 -",
);

/** The choice of each edge, in the order of `edgesOf`. */
export type Fusion = readonly EdgeChoice[];

export function formatFusion(backbone: Backbone, fusion: Fusion): string {
  const words = received(backbone, fusion).map((ofTask) =>
    ofTask.map((sources) => (sources.length === 0 ? "-" : sources.join("+"))),
  );
  const ofBlocks = (ofTask: readonly string[]) =>
    stagesByBlock(backbone).map((stages) => stages.map((stage) => ofTask[stage]!).join(" "));
  return words.map((ofTask) => ofBlocks(ofTask).join(" | ")).join(" / ");
}

/** One line of JSON that ends in a line feed. */
export function formatFusionJson(backbone: Backbone, fusion: Fusion): string {
  return `${JSON.stringify({ receives: received(backbone, fusion) })}\n`;
}

/**
 * Reads what `formatFusion` and `formatFusionJson` write, for networks of this shape.
 * @throws E_ARCHITECTURE
 */
export function parseFusion(backbone: Backbone, text: string): Fusion {
  const tasks = readReceived(backbone, text.trim());
  if (tasks.length !== TASK_COUNT) throw refuse(`got ${tasks.length} networks`, `${TASK_COUNT}`);
  const edges = edgesOf(backbone);
  for (const [task, stages] of tasks.entries()) {
    const count = stageCount(backbone);
    if (stages.length !== count) throw refuse(`network ${task} got ${stages.length} stages`, `${count}`);
    for (const [stage, sources] of stages.entries()) {
      const legal = edges.flatMap((edge) => (edge.task === task && edge.stage === stage ? [edge.source] : []));
      const isAscending = sources.every((source, entry) => entry === 0 || source > sources[entry - 1]!);
      if (isAscending && sources.every((source) => legal.includes(source))) continue;
      const got = `network ${task}, stage ${stage} got ${quoted(sources.join("+"))}`;
      throw refuse(got, `each of ${legal.join(", ")} at most once, in this order`);
    }
  }
  return edges.map(({ task, stage, source }) => (tasks[task]![stage]!.includes(source) ? "fuse" : "none"));
}

/** Of each network, of each stage: the stages of the other network that it receives from. */
function received(backbone: Backbone, fusion: Fusion): number[][][] {
  const tasks = Array.from({ length: TASK_COUNT }, () =>
    Array.from({ length: stageCount(backbone) }, (): number[] => []),
  );
  for (const [index, { task, stage, source }] of edgesOf(backbone).entries()) {
    if (fusion[index] === "fuse") tasks[task]![stage]!.push(source);
  }
  return tasks;
}

function readReceived(backbone: Backbone, text: string): readonly (readonly (readonly number[])[])[] {
  const json = readJsonForm(text, "receives", refuse);
  if (json === null) return text.split("/").map((ofTask, task) => readWords(backbone, ofTask, task));
  const { value } = json;
  const isListOf = (list: unknown, isEntry: (entry: unknown) => boolean) => Array.isArray(list) && list.every(isEntry);
  const areStages = (list: unknown) => isListOf(list, (stage) => isListOf(stage, Number.isInteger));
  if (isListOf(value, areStages)) return value as readonly (readonly (readonly number[])[])[];
  throw refuse("got JSON without lists of stages under receives", 'such as { "receives": [[[0], [0, 1]], [[], [1]]] }');
}

function readWords(backbone: Backbone, text: string, task: number): readonly (readonly number[])[] {
  const blocks = text.split("|").map((block) => block.trim().split(/\s+/));
  const lengths = (counts: readonly number[]) => `blocks of ${counts.join(", ")} stages`;
  const [got, expected] = [blocks.map(({ length }) => length), backbone.map(({ stages }) => stages)];
  if (got.join() !== expected.join()) throw refuse(`network ${task} got ${lengths(got)}`, lengths(expected));
  return blocks.flat().map((word) => {
    if (word === "-") return [];
    if (/^\d{1,3}(\+\d{1,3})*$/.test(word)) return word.split("+").map(Number);
    throw refuse(`network ${task} got ${quoted(word)}`, "stages such as 0+1, or -");
  });
}
