/**
 * @file A chain of inverted residuals as in ProxylessNAS (Cai, Zhu and Han 2019): a 3x3 stem, one block that does not widen, the searched layers, a
 * 1x1 convolution, mean over all pixels, linear. A layer whose input and output are of one shape adds its input; the mixture weighs what is added
 * to it, so a layer that keeps nothing is the identity.
 */
import type { Value } from "../../graph/index.ts";
import {
  assertWidth,
  type HiddenChannels,
  type Network,
  type NetworkBuilder,
  NetworkDraft,
  type NetworkPass,
  type NetworkShape,
} from "../../network/index.ts";
import { buildAtoms, parseAtoms } from "./atoms.ts";
import { type Block, buildBlock, buildBottleneck } from "./block.ts";
import type { LayerChoice } from "./chain.ts";
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
  const { stem, firstChannels, stages, headChannels } = shape;
  for (const width of [stem.channels, firstChannels, ...stages.map(({ channels }) => channels), headChannels]) {
    assertWidth(width);
  }
  const chain = layersOf(shape);
  const groups = chain.map(({ name }, group) => ({ name, kept: kept[group]! }));
  const draft = new NetworkDraft(macro, groups, pass);
  const { graph, images, layers } = draft;
  const activated = (name: string, value: Value) =>
    graph.apply("relu6", [layers.batchNorm(`${name}.norm`, value, true)], {});
  const entry = layers.convolution("stem", images, { ...stem, size: 3, padding: 1, relu: false });
  const first = { channels: firstChannels, stride: 1, affine: true };
  let current = buildBottleneck(layers, "first", 1, 3, activated("stem", entry), first);
  const hidden: HiddenChannels[] = [];
  for (const [group, { name, channels, stride, hasShortcut }] of chain.entries()) {
    const input = current;
    const own = name.replace("/", ".");
    const windows = parseAtoms(kept[group]![0] ?? "");
    current = draft.cell(() => {
      let terms: readonly Value[];
      if (windows === null) {
        const build = (choice: Exclude<LayerChoice, "identity">) =>
          buildBlock(layers, `${own}.${choice}`, choice as Block, input, { channels, stride, affine });
        terms = draft.terms(group, input, build, "identity");
      } else {
        const atoms = buildAtoms(layers, own, windows, input, { channels, stride, group: name, index: group });
        hidden.push(...atoms.hidden);
        terms = [atoms.output];
      }
      return draft.sum(hasShortcut ? [input, ...terms] : terms);
    });
  }
  const head = layers.pointwise("head", current, { channels: headChannels, relu: false });
  const network = draft.finish(activated("head", head));
  return hidden.length === 0 ? network : { ...network, hidden };
}
