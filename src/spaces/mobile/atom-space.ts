/**
 * @file A chain whose layers are windows side by side, each of any width: what AtomNAS takes channels out of. Supports say which windows a layer has;
 * how wide they are, widths say.
 */
import type { Supports, Widths } from "../../choice/index.ts";
import { IstaNasError } from "../../error.ts";
import type { Baseline } from "../baseline.ts";
import type { SpaceLayout } from "../layout.ts";
import type { SearchSpace } from "../search-space.ts";
import { type AtomWindow, type AtomWord, EXPANSION, formatAtoms, parseAtoms, WINDOWS } from "./atoms.ts";
import { type Chain, formatChain, formatChainJson, parseChain, refuseChain } from "./chain.ts";
import { chainLayout, drawChain } from "./draw-chain.ts";
import { type MobileMacro, mobileNetwork } from "./network.ts";
import { type ChainShape, layersOf } from "./stages.ts";

const LABELS = WINDOWS.map((size) => `${size}x${size}`);

/** `shape`: of its widths nothing is used. */
export function atomSpace(shape: ChainShape): SearchSpace<Chain, MobileMacro> {
  const groups = layersOf(shape).map(({ name }) => ({
    name,
    candidates: WINDOWS.map((size, index) => ({ name: LABELS[index]!, label: LABELS[index]!, cost: size })),
    sparsity: WINDOWS.length,
  }));
  const layout: SpaceLayout = { ...chainLayout(shape, () => LABELS), families: ["bottleneck"] };
  const full = (macro: MobileMacro): Widths =>
    layersOf(macro.shape).map(({ inputs }) => WINDOWS.map(() => EXPANSION * inputs));
  const derive = (supports: Supports): Chain =>
    groups.map(({ name }, group) => {
      const support = supports[group] ?? [];
      if (isSupport(support)) return formatAtoms(support.map((index) => ({ size: WINDOWS[index]!, width: null })));
      const expected = `1 to ${WINDOWS.length} ascending indices below ${WINDOWS.length}`;
      throw new IstaNasError(`${name} support: got [${support.join(", ")}], expected ${expected}`, {
        code: "E_SPACE_SUPPORT",
        kind: "usage",
      });
    });
  const networkOf = (macro: MobileMacro, chain: Chain) =>
    mobileNetwork(
      macro,
      chain.map((choice) => [choice]),
    );
  return {
    ...{ groups, layout, derive, baselines: [byHand(shape)] },
    supportsOf: (chain) =>
      chain.map((choice, group) => windowsOf(groups[group]!.name, choice).map(({ size }) => WINDOWS.indexOf(size))),
    parse: (text) => parseChain(shape, text),
    formatJson: (chain) => formatChainJson(shape, chain),
    formatText: (chain) => formatChain(shape, chain),
    superNetwork: (macro, supports) => {
      const widths = full(macro).map((ofLayer, group) =>
        ofLayer.map((width, index) => (supports[group]!.includes(index) ? width : 0)),
      );
      return networkOf(macro, chainOf(widths));
    },
    widths: { full, architecture: chainOf },
    derivedNetwork: networkOf,
    draw: (chain, absorbed) => drawChain(layout, chain, absorbed),
  };
}

function byHand(shape: ChainShape): Baseline<Chain> {
  const summary = "all three windows in every layer, which share an expansion of 6";
  const everyWindow = formatAtoms(WINDOWS.map((size) => ({ size, width: null })));
  return { name: "MOBILE_all_windows", summary, architecture: layersOf(shape).map(() => everyWindow) };
}

/** Windows without channels are left out. */
function chainOf(widths: Widths): readonly AtomWord[] {
  return widths.map((ofLayer) =>
    formatAtoms(
      ofLayer.flatMap((width, index): AtomWindow[] => (width === 0 ? [] : [{ size: WINDOWS[index]!, width }])),
    ),
  );
}

function isSupport(support: readonly number[]): boolean {
  const isNext = (index: number, entry: number) =>
    Number.isInteger(index) && index > (support[entry - 1] ?? -1) && index < WINDOWS.length;
  return support.length > 0 && support.every(isNext);
}

function windowsOf(name: string, choice: Chain[number]): readonly AtomWindow[] {
  const windows = parseAtoms(choice);
  if (windows !== null) return windows;
  throw refuseChain(`${name} got ${choice}`, "windows such as atoms_3x3:24+5x5:8");
}
