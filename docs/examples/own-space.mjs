// @ts-check
/**
 * @file A search space of one's own: a plain chain. Each layer is one operation and has no shortcut; two layers halve the image and double the width.
 * Where a layer changes nothing of the shape, it may also be a pool or nothing at all, so the search decides on the depth too.
 *
 *     ista-nas search photos --space ./own-space.mjs --layers 8 --width 24
 */
import { assertWidth, NetworkDraft } from "ista-nas/network";
import { integerFlag, z } from "ista-nas/options";
import {
  architectureRefusal,
  defineSpace,
  drawSupports,
  networkShapeSchema,
  oneOfEach,
  quoted,
  readJsonForm,
} from "ista-nas/spaces";

/**
 * @import { Value } from "ista-nas/graph"
 * @import { Layers, NetworkBuilder, NetworkShape } from "ista-nas/network"
 * @import { MacroRequest, OperationFamily, SearchSpace, SpaceLayout } from "ista-nas/spaces"
 */

/**
 * What a layer may be.
 * @typedef {"conv_3x3" | "sep_conv_3x3" | "sep_conv_5x5" | "max_pool_3x3" | "identity"} Operation
 */

/**
 * What a search finds: the operation of each layer.
 * @typedef {readonly Operation[]} Chain
 */

/**
 * What says how many choices there are; it is the same for the searched network and the trained one.
 * @typedef {{ readonly layers: number }} Options
 */

/**
 * What may differ between them. `width`: channels of the first layers, a multiple of 4. `affine`: scale and shift in the batch norms of the layers.
 * `everyNorm`: batch norm after pools and identities too, so that each can take over its mixture weight.
 * @typedef {NetworkShape & { readonly width: number, readonly affine: boolean, readonly everyNorm: boolean }} Macro
 */

/** @type {Readonly<Record<Operation, { readonly label: string, readonly cost: number, readonly family: OperationFamily }>>} */
const TRAITS = {
  conv_3x3: { label: "conv3", cost: 9, family: "convolution" },
  sep_conv_3x3: { label: "sep3", cost: 2, family: "separable" },
  sep_conv_5x5: { label: "sep5", cost: 3, family: "separable" },
  max_pool_3x3: { label: "max3", cost: 1, family: "pool" },
  identity: { label: "skip", cost: 0, family: "skip" },
};

/** @type {readonly Operation[]} */
const CONVOLUTIONS = ["conv_3x3", "sep_conv_3x3", "sep_conv_5x5"];
/** @type {readonly Operation[]} */
const ALL = [...CONVOLUTIONS, "max_pool_3x3", "identity"];

const MOST_LAYERS = 64;

/** All layers: which halve the image, and what each may be. @param {number} layers */
function layersOf(layers) {
  return Array.from({ length: layers }, (_, index) => {
    const halves = index === Math.floor(layers / 3) || index === Math.floor((2 * layers) / 3);
    return { name: `layer${index}`, stride: halves ? 2 : 1, choices: halves ? CONVOLUTIONS : ALL };
  });
}

/** @param {Options} options @returns {SearchSpace<Chain, Macro>} */
function plainChain({ layers }) {
  const offers = layersOf(layers);
  const { groups, kept, derive, supportsOf } = oneOfEach(offers, (operation) => TRAITS[operation]);
  const layout = layoutOf(layers);
  return {
    ...{ groups, layout, derive, supportsOf },
    baselines: [
      { name: "PLAIN_all_conv_3x3", summary: "all 3x3 convolutions", architecture: offers.map(() => "conv_3x3") },
      { name: "PLAIN_all_sep_3x3", summary: "all separable 3x3", architecture: offers.map(() => "sep_conv_3x3") },
    ],
    parse: (text) => parseChain(layers, text),
    formatJson: (chain) => `${JSON.stringify({ layers: chain })}\n`,
    formatText: (chain) => chain.join(" "),
    superNetwork: (macro, supports) => networkOf(macro, kept(supports)),
    derivedNetwork: (macro, chain) => networkOf(macro, kept(supportsOf(chain))),
    draw: (chain, absorbed) => drawSupports(layout, supportsOf(chain), absorbed),
  };
}

const refuse = architectureRefusal("a plain chain is a word a layer, such as conv_3x3 sep_conv_5x5 identity");

/** Reads what `formatText` and `formatJson` write. @param {number} layers @param {string} text @returns {Chain} */
function parseChain(layers, text) {
  const words = wordsOf(text);
  if (words.length !== layers) throw refuse(`got ${words.length} layers`, String(layers));
  return layersOf(layers).map(({ name, choices }, index) => {
    const choice = choices.find((operation) => operation === words[index]);
    if (choice !== undefined) return choice;
    throw refuse(`${name} got ${quoted(String(words[index]))}`, `one of ${choices.join(", ")}`);
  });
}

/** @param {string} text @returns {readonly unknown[]} */
function wordsOf(text) {
  const json = readJsonForm(text, "layers", refuse);
  if (json === null) return text.trim().split(/\s+/);
  if (Array.isArray(json.value)) return json.value;
  throw refuse("got JSON without a list under layers", 'such as { "layers": ["conv_3x3", "identity"] }');
}

/** Makes passes of the network whose layers keep these operations. @param {Macro} macro @param {readonly (readonly Operation[])[]} kept @returns {NetworkBuilder} */
function networkOf(macro, kept) {
  return (pass) => {
    assertWidth(macro.width);
    const chain = layersOf(kept.length);
    const groups = chain.map(({ name }, index) => ({ name, kept: kept[index] ?? [] }));
    const draft = new NetworkDraft(macro, groups, pass);
    const { layers, images } = draft;
    const stem = { channels: macro.width, size: 3, stride: 1, padding: 1, relu: false };
    let current = layers.batchNorm("stem.norm", layers.convolution("stem", images, stem), true);
    let channels = macro.width;
    for (const [group, { name, stride }] of chain.entries()) {
      channels *= stride;
      const place = { channels, stride, affine: macro.affine, everyNorm: macro.everyNorm };
      const input = current;
      current = draft.cell(() =>
        draft.sum(
          draft.terms(group, input, (operation) =>
            // Parameters are named by layer and operation: those of one candidate are the same whatever else is kept.
            applyOperation(layers, `${name}.${operation}`, operation, input, place),
          ),
        ),
      );
    }
    const last = draft.graph.apply("relu", [layers.batchNorm("last.norm", current, true)], {});
    return draft.finish(last);
  };
}

/**
 * One operation: `[N, H, W, C]` -> `[N, ceil(H / stride), ceil(W / stride), channels]`. Convolutions are ReLU, convolution, batch norm.
 * @param {Layers} layers
 * @param {string} name
 * @param {Operation} operation
 * @param {Value} input
 * @param {{ readonly channels: number, readonly stride: number, readonly affine: boolean, readonly everyNorm: boolean }} place
 * @returns {Value}
 */
function applyOperation(layers, name, operation, input, { channels, stride, affine, everyNorm }) {
  /** @param {Value} value */
  const normed = (value) => layers.batchNorm(`${name}.norm`, value, affine);
  /** @param {number} size */
  const separable = (size) => {
    const filtered = layers.depthwise(`${name}.filter`, input, { size, stride, dilation: 1 });
    return normed(layers.pointwise(`${name}.mix`, filtered, { channels, relu: false }));
  };
  switch (operation) {
    case "conv_3x3":
      return normed(layers.convolution(name, input, { channels, size: 3, stride, padding: 1, relu: true }));
    case "sep_conv_3x3":
      return separable(3);
    case "sep_conv_5x5":
      return separable(5);
    case "max_pool_3x3": {
      const pooled = layers.graph.apply("maxPool", [input], { size: 3, stride: 1, padding: 1 });
      return everyNorm ? normed(pooled) : pooled;
    }
    case "identity":
      return everyNorm ? normed(input) : input;
  }
}

/** One panel with a node a layer, each fed by the one before it. @param {number} layers @returns {SpaceLayout} */
function layoutOf(layers) {
  const nodes = layersOf(layers).map(({ name, choices }, group) => ({
    ...{ name, label: String(group) },
    // The panel's input is source 0, so what stands before layer k is source k.
    groups: [{ group, terms: choices.map((label) => ({ label, family: TRAITS[label].family, source: group })) }],
  }));
  const panel = {
    ...{ name: "Chain", remark: "two layers halve the resolution", inputs: [{ name: "input", label: "in" }], nodes },
    output: { name: "output", label: "out", joined: [layers] },
  };
  return { panels: [panel], families: ["skip", "pool", "separable", "convolution"] };
}

/** @type {z.ZodType<Macro>} */
const macroSchema = networkShapeSchema.and(
  z.object({ width: z.int().min(4).multipleOf(4), affine: z.boolean(), everyNorm: z.boolean() }),
);

export default defineSpace({
  kind: "plain-chain",
  summary: "a chain of layers, each a convolution, a separable one, a pool or nothing",
  flags: {
    layers: integerFlag("layers", "COUNT", "plain-chain: layers to choose an operation for (default: 6)", {
      min: 3,
      max: MOST_LAYERS,
    }),
  },
  macroFlags: {
    width: integerFlag("width", "COUNT", "plain-chain: channels of the first layers, a multiple of 4 (default: 16)", {
      min: 4,
      max: 1024,
    }),
  },
  optionsSchema: z.object({ layers: z.int().min(3).max(MOST_LAYERS) }),
  macroSchema,
  presets: { demo: { width: 8, retrainWidth: 16 }, cifar10: { layers: 12, width: 16, retrainWidth: 32 } },
  sizes: [8, 16, 32].map((width) => ({ width })),
  hasAuxiliaryHead: false,
  hasDropPath: false,
  options: ({ layers = 6 }) => ({ layers }),
  create: plainChain,
  /** @param {MacroRequest<{ readonly width?: number }>} request @returns {Macro} */
  macro: ({ shape, given: { width = 16 }, purpose }) => ({
    ...{ ...shape, width },
    // Scale and shift of a candidate would only blur its mixture weight in a search.
    affine: purpose !== "search",
    everyNorm: purpose === "one-network",
  }),
  describe: ({ width }) => `${width} channels in the first layers`,
});
