/**
 * @file Where in a program the first number appeared that is not finite: the program is run again with what its operations computed as outputs,
 * some at a time, in the order in which they run.
 */
import type { Device } from "../device/index.ts";
import type { Graph, Node, Value } from "../graph/index.ts";
import type { Network } from "../network/index.ts";

type Trained = Pick<Network, "graph" | "parameters">;

/** Bytes of values that are looked at in one run. */
const BYTES_A_RUN = 1 << 26;

/**
 * Names the first operation whose result is not finite though what it read is, by its kind and the parameters that it or what it read from
 * reads; or the value that was not finite to begin with. Null if all is finite when computed again. Persistent values that the program
 * updates are updated by this, too.
 * @param inputs as `Executable.run` takes them
 * @throws E_DEVICE_MEMORY if the values do not fit beside the program
 */
async function findNonFinite(
  device: Device,
  { graph, parameters }: Trained,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): Promise<string | null> {
  for (const [name, values] of Object.entries(inputs)) {
    if (!allFinite(values)) return `the input ${name}, which is not finite itself`;
  }
  for (const { name } of parameters) {
    if (!allFinite(device.read(name))) return `${name}, which is not finite itself`;
  }
  for (const nodes of runsOf(graph)) {
    const values = nodes.flatMap(({ outputs }) => outputs);
    const outputs = Object.fromEntries(values.map((value) => [String(value.id), value]));
    const executable = await device.compile({ graph, outputs });
    const results = await executable.run(inputs);
    executable.release();
    for (const node of nodes) {
      if (node.outputs.some(({ id }) => !allFinite(results[String(id)]!)))
        return `${node.kind} ${placeOf(node, graph)}`;
    }
  }
  return null;
}

/** The same for an error message: what stands in the way of the search is part of the answer. */
export async function originOfNonFinite(
  device: Device,
  network: Trained,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): Promise<string | null> {
  try {
    return await findNonFinite(device, network, inputs);
  } catch (error) {
    return `an operation that could not be found: ${(error as Error).message}`;
  }
}

/** The operations in their order, in parts whose results are small enough to be looked at together. */
function* runsOf(graph: Graph): Generator<readonly Node[]> {
  let [part, bytes] = [[] as Node[], 0];
  for (const node of graph.nodes) {
    const size = node.outputs.reduce((sum, { shape }) => sum + 8 * shape.reduce((a, b) => a * b, 1), 0);
    if (bytes + size > BYTES_A_RUN && part.length > 0) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(node);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

/** Where an operation stands: the parameter that it reads, or the nearest one on the way to it. */
function placeOf(node: Node, graph: Graph): string {
  const makers = new Map(graph.nodes.flatMap((maker) => maker.outputs.map(({ id }) => [id, maker] as const)));
  const seen = new Set([node.index]);
  const queue = [node];
  for (const next of queue) {
    const parameter = next.inputs.find(({ role }) => role === "persistent");
    if (parameter !== undefined) return `${next === node ? "of" : "after"} ${parameter.name}`;
    for (const maker of next.inputs.flatMap((value: Value) => makers.get(value.id) ?? [])) {
      if (seen.has(maker.index)) continue;
      seen.add(maker.index);
      queue.push(maker);
    }
  }
  return "at the beginning of the network";
}

function allFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
