import { expect, it } from "vitest";
import { createReferenceDevice, type Program } from "../../src/device/index.ts";
import { differentiate, Graph } from "../../src/graph/index.ts";
import { ComputeMeter } from "../../src/run/compute-meter.ts";

/** Two images of 6 x 6 pixels: every kind of product once. */
function network() {
  const graph = new Graph();
  const window = { stride: 1, dilation: 1, relu: false };
  const input = graph.input("image", [2, 6, 6, 3]);
  const filters = {
    dense: graph.persistent("dense", [3, 3, 3, 4]),
    depthwise: graph.persistent("depthwise", [5, 5, 4]),
    pointwise: graph.persistent("pointwise", [4, 8]),
    linear: graph.persistent("linear", [8, 5]),
  };
  const dense = graph.apply("convolution", [input, filters.dense], { ...window, padding: 1 });
  const depthwise = graph.apply("depthwise", [dense, filters.depthwise], window);
  const pointwise = graph.apply("pointwise", [depthwise, filters.pointwise], { stride: 2, offset: 0, relu: false });
  const features = graph.apply("globalMean", [pointwise], {});
  const logits = graph.apply("linear", [features, filters.linear, graph.persistent("bias", [5])], {});
  const loss = graph.apply("crossEntropy", [logits, graph.input("label", [2])], { labelSmoothing: 0 });
  return { graph, filters, loss };
}

const INPUTS = { image: new Float64Array(2 * 36 * 3), label: [0, 1] };
const DENSE = 2 * 36 * 4 * (9 * 3);
const DEPTHWISE = 2 * 36 * 4 * 25;
const POINTWISE = 2 * 9 * 8 * 4;
const LINEAR = 2 * 5 * 8;

it("counts what each pass multiplies, by what it is for: gradients of both sides, and no product that nothing needs", async () => {
  const meter = new ComputeMeter({ search: 1, evaluation: 2, training: 3 });
  const device = meter.on(createReferenceDevice());
  const run = async ({ graph, outputs }: Program) => (await device.compile({ graph, outputs })).run(INPUTS);

  const scored = network();
  await run({ graph: scored.graph, outputs: { loss: scored.loss } });
  const forward = DENSE + DEPTHWISE + POINTWISE + LINEAR;
  expect(meter.compute).toEqual({ search: 1, evaluation: 2 + forward, training: 3 });

  const { graph, filters, loss } = network();
  const wrt = [filters.depthwise, filters.linear];
  const [ofDepthwise, ofLinear] = differentiate(graph, loss, wrt);
  const step = { graph, outputs: { ofDepthwise: ofDepthwise!, ofLinear: ofLinear! } };
  // The gradient goes through linear and pointwise to the depthwise filter, and no further.
  const backward = 2 * LINEAR + POINTWISE + DEPTHWISE;
  await run(step);
  expect(meter.compute).toEqual({ search: 1 + forward + backward, evaluation: 2 + forward, training: 3 });

  meter.phase = "training";
  await run(step);
  meter.phase = "test";
  await run(step);
  expect(meter.compute.training).toBe(3 + forward + backward);
  expect(meter.total).toBe(6 + 3 * forward + 2 * backward);
});
