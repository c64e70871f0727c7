/**
 * @file A chain of inverted residuals as in ProxylessNAS (Cai, Zhu and Han 2019): a 3x3 stem, one block that does not widen, the searched layers, a
 * 1x1 convolution, mean over all pixels, linear. A layer whose input and output are of one shape adds its input; the mixture weighs what is added
 * to it, so a layer that keeps nothing is the identity.
 */
import { IstaNasError } from "../../error.ts";
import { Graph, type NodeRange, type Value } from "../../graph/index.ts";
import {
  Layers,
  Mixtures,
  type Network,
  type NetworkBuilder,
  type NetworkPass,
  type NetworkShape,
} from "../../network/index.ts";
import { buildBlock, buildBottleneck, type LayerChoice } from "./block.ts";
import { type ChainShape, layersOf } from "./stages.ts";

/** Plain data, saved with every run. */
export interface MobileMacro extends NetworkShape {
  readonly shape: ChainShape;
  /** Scale and shift in the batch norms of the searched layers: off in a search, on when retraining. */
  readonly affine: boolean;
}

/** The network whose layers keep these choices. @throws E_NETWORK_SHAPE for widths that are not multiples of 4 */
export function mobileNetwork(macro: MobileMacro, kept: readonly (readonly LayerChoice[])[]): NetworkBuilder {
  return (pass) => build(macro, kept, pass);
}

function build(macro: MobileMacro, kept: readonly (readonly LayerChoice[])[], pass: NetworkPass): Network {
  const { shape, affine } = macro;
  checkShape(shape);
  const graph = new Graph();
  const layers = new Layers(graph, pass.mode);
  const chain = layersOf(shape);
  const groups = chain.map(({ name }, group) => ({ name, kept: kept[group]!.length }));
  const mixtures = new Mixtures(graph, groups, pass.mixture);
  const { height, width } = macro.imageSize;
  const images = graph.input("images", [pass.batch, height, width, macro.imageChannels]);
  const activated = (name: string, value: Value) =>
    graph.apply("relu6", [layers.batchNorm(`${name}.norm`, value, true)], {});
  const stem = { ...shape.stem, size: 3, padding: 1, relu: false };
  let current = activated("stem", layers.convolution("stem", images, stem));
  const first = { channels: shape.firstChannels, stride: 1, affine: true };
  current = buildBottleneck(layers, "first", 1, 3, current, first);
  const cells: NodeRange[] = [];
  for (const [group, layer] of chain.entries()) {
    const start = graph.nodes.length;
    const outputs = kept[group]!.flatMap((choice, entry) => {
      const place = { group, candidate: choice, entry };
      if (choice === "identity") return mixtures.vectors === null ? [] : [mixtures.keepZero(graph, place, current)];
      const options = { channels: layer.channels, stride: layer.stride, affine };
      const path = `${layer.name.replace("/", ".")}.${choice}`;
      return [mixtures.keep(layers, place, () => buildBlock(layers, path, choice, current, options))];
    });
    const mixed = mixtures.vectors === null ? outputs : [mixtures.mix(graph, group, outputs)];
    const terms = layer.hasShortcut ? [current, ...mixed] : mixed;
    if (terms.length > 1) current = graph.apply("sum", terms, { coefficients: terms.map(() => 1) });
    else current = terms[0]!;
    if (graph.nodes.length > start) cells.push({ first: start, end: graph.nodes.length });
  }
  const head = layers.pointwise("head", current, { channels: shape.headChannels, relu: false });
  const features = graph.apply("globalMean", [activated("head", head)], {});
  const logits = layers.linear("classifier", features, macro.classCount);
  return {
    ...{ graph, images, logits, auxiliaryLogits: null, mixtures: mixtures.vectors, kept: mixtures.outputs },
    ...{ dropPathInputs: [], cells, parameters: layers.parameters, runningStatistics: layers.runningStatistics },
  };
}

function checkShape({ stem, firstChannels, stages, headChannels }: ChainShape): void {
  const widths = [stem.channels, firstChannels, ...stages.map(({ channels }) => channels), headChannels];
  const odd = widths.find((width) => !Number.isInteger(width) || width < 4 || width % 4 !== 0);
  if (odd === undefined) return;
  throw new IstaNasError(`channels: got ${odd}, expected a positive multiple of 4`, {
    code: "E_NETWORK_SHAPE",
    kind: "usage",
  });
}
