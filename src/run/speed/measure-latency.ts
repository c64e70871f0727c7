/**
 * @file Times the candidates of a space in a network, and some whole networks: what these take beyond their candidates is the rest. Everything is timed
 * as it is used on its own: one image, one thread, and the least of many calls, as other processes can only add to a time.
 */
import { randomSupports } from "../../choice/index.ts";
import type { Device, Executable } from "../../device/index.ts";
import { elementCount, type Shape } from "../../graph/index.ts";
import { allCandidates, inferencePass, type NetworkBuilder, type SearchedSpace } from "../../network/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { estimateMilliseconds, type LatencyTable } from "../../search/index.ts";
import { median } from "../../statistics/index.ts";
import { candidateProgram, type NetworkPart, signatureOf } from "./candidate-program.ts";
import { randomPixels } from "./random-pixels.ts";
import { timeInTurns } from "./time-in-turns.ts";

/** Of a part in one program beyond those in the other. */
const COPIES = 4;
/** That the calls of each program are timed for. */
const PART_SECONDS = 0.04;
const NETWORK_SECONDS = 0.2;
/** Networks whose rest is measured: of those that are drawn the quickest by their candidates, in which it is not lost beside them. */
const NETWORKS = 3;
const DRAWN = 24;

export interface LatencyInputs {
  /** Of one thread. */
  readonly device: Device;
  /** Seconds, never going back. */
  readonly clock: () => number;
  /** Whose networks are of the size of the final one. */
  readonly space: SearchedSpace;
  readonly machine: string;
  /** Asked before each call: it may throw. */
  readonly onCall?: () => void;
}

/** A candidate that is used in several places has the sum of what it takes in them. */
export async function measureLatency(inputs: LatencyInputs): Promise<LatencyTable> {
  const { space, machine } = inputs;
  const { graph, kept } = space.network(allCandidates(space.groups))(inferencePass());
  const groups = space.groups.map(({ candidates }) => {
    return Object.fromEntries(candidates.map(({ name }) => [name, 0]));
  });
  const known = new Map<string, number>();
  for (const { group, candidate, nodes, output } of kept) {
    if (nodes.first === nodes.end) continue;
    const part = { nodes: graph.nodes.slice(nodes.first, nodes.end), output };
    const signature = signatureOf(part);
    const milliseconds = known.get(signature) ?? (await timePart(inputs, part));
    known.set(signature, milliseconds);
    groups[group]![candidate]! += milliseconds;
  }
  const table = { machine, rest: 0, groups };
  const stream = new RandomStreams(0).stream("latency/networks");
  const quickest = Array.from({ length: DRAWN }, () => space.network(randomSupports(space.groups, stream)))
    .map((build) => ({ build, sum: estimateMilliseconds(table, build(inferencePass())) }))
    .sort((a, b) => a.sum - b.sum)
    .slice(0, NETWORKS);
  const builds = quickest.map(({ build }) => build);
  const times = await timeNetworks(inputs, builds, NETWORK_SECONDS);
  const rests = quickest.map(({ sum }, index) => Math.min(...times[index]!) - sum);
  return { ...table, rest: median(rests) };
}

/** Milliseconds of each call of each network, whose weights are zeros. */
export async function timeNetworks(
  { device, clock, onCall }: Pick<LatencyInputs, "device" | "clock" | "onCall">,
  builds: readonly NetworkBuilder[],
  seconds: number,
): Promise<readonly (readonly number[])[]> {
  const executables: Executable[] = [];
  const calls: (() => Promise<unknown>)[] = [];
  for (const build of builds) {
    const { graph, images, logits } = build(inferencePass());
    const executable = await device.compile({ graph, outputs: { logits } });
    executables.push(executable);
    const pixels = someValues(images.shape);
    calls.push(() => executable.run({ images: pixels }));
  }
  const times = await timeInTurns(calls, { seconds, clock, ...(onCall === undefined ? {} : { onCall }) });
  for (const executable of executables) executable.release();
  return times;
}

async function timePart({ device, clock, onCall }: LatencyInputs, part: NetworkPart): Promise<number> {
  const executables: Executable[] = [];
  const calls: (() => Promise<unknown>)[] = [];
  for (const copies of [1, 1 + COPIES]) {
    const program = candidateProgram(part, copies);
    const executable = await device.compile(program);
    executables.push(executable);
    const values = program.graph.named("input").map(({ name, shape }) => [name!, someValues(shape)] as const);
    const given = Object.fromEntries(values);
    calls.push(() => executable.run(given));
  }
  const options = { seconds: PART_SECONDS, clock, ...(onCall === undefined ? {} : { onCall }) };
  const [one, more] = await timeInTurns(calls, options);
  for (const executable of executables) executable.release();
  return Math.max(0, Math.min(...more!) - Math.min(...one!)) / COPIES;
}

/** Between -1 and 1. */
function someValues(shape: Shape): Float32Array {
  return Float32Array.from(randomPixels(elementCount(shape)), (pixel) => pixel / 127.5 - 1);
}

/** The least and the most that the table gives to any architecture of these groups. */
export function latencyRange(
  { rest, groups }: LatencyTable,
  space: Pick<SearchedSpace, "groups">,
): readonly [least: number, most: number] {
  const sums = [rest, rest];
  for (const [index, { sparsity }] of space.groups.entries()) {
    const times = Object.values(groups[index]!).sort((a, b) => a - b);
    for (let kept = 0; kept < sparsity; kept++) {
      sums[0]! += times[kept]!;
      sums[1]! += times[times.length - 1 - kept]!;
    }
  }
  return [sums[0]!, sums[1]!];
}
