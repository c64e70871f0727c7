/** @file What every file that we write must satisfy, whatever the network. */
import { InferenceSession } from "onnxruntime-node";
import { decodeModel, type GraphMessage, type NodeMessage } from "../../../src/export/onnx/schema.ts";

/** The graph of a model. */
export function readGraph(bytes: Uint8Array): GraphMessage {
  return decodeModel(bytes).graph!;
}

/** The kinds of nodes after the normalisation, in order. */
export function operations(bytes: Uint8Array): readonly string[] {
  return readGraph(bytes)
    .node.map((node) => node.opType)
    .slice(1);
}

/**
 * Lists what is wrong with a model: names that occur twice, inputs that nothing before them produces, tensors that
 * nothing reads, and whatever onnxruntime finds when it infers all shapes and compares them with those declared.
 */
export async function validateOnnx(bytes: Uint8Array): Promise<readonly string[]> {
  const graph = readGraph(bytes);
  const problems: string[] = [];
  const produced = new Set<string>();
  const read = new Set(graph.output.map(({ name }) => name));
  const produce = (name: string) => {
    if (produced.has(name)) problems.push(`tensor ${name} is produced twice`);
    produced.add(name);
  };
  for (const { name } of [...graph.input, ...graph.initializer]) produce(name);
  for (const { name, input, output } of graph.node) {
    for (const tensor of input) {
      if (!produced.has(tensor)) problems.push(`node ${name} reads ${tensor} before it is produced`);
      read.add(tensor);
    }
    for (const tensor of output) produce(tensor);
  }
  for (const name of produced) if (!read.has(name)) problems.push(`tensor ${name} is never read`);
  for (const { name } of graph.output) if (!produced.has(name)) problems.push(`output ${name} is not produced`);
  for (const name of repeated(graph.node)) problems.push(`node name ${name} occurs twice`);
  const declared = new Set(graph.valueInfo.map(({ name }) => name));
  for (const { name, output } of graph.node) {
    const isOutput = graph.output.some((value) => value.name === output[0]);
    if (declared.has(output[0]!) === isOutput) problems.push(`the shape of ${name} is not declared once`);
  }
  try {
    const strict = { session: { strict_shape_type_inference: "1" } };
    const session = await InferenceSession.create(bytes, { extra: strict, logSeverityLevel: 4, intraOpNumThreads: 1 });
    await session.release();
  } catch (cause) {
    problems.push(`onnxruntime: ${(cause as Error).message}`);
  }
  return problems;
}

function repeated(nodes: readonly NodeMessage[]): readonly string[] {
  const names = nodes.map(({ name }) => name);
  return names.filter((name, i) => names.indexOf(name) !== i);
}
