/** @file The space and the strategy of docs/examples, which keep every promise that those of the package keep. */
import type { Strategy } from "../src/search/index.ts";
import type { SpaceKind } from "../src/spaces/index.ts";

/** Loaded as a run loads a module: what stands in JavaScript has no declarations. */
async function mainExport<Part>(file: string): Promise<Part> {
  const path = new URL(`../docs/examples/${file}`, import.meta.url).pathname;
  return ((await import(path)) as { readonly default: Part }).default;
}

export const OWN_SPACE: SpaceKind = await mainExport("own-space.mjs");
export const OWN_STRATEGY: Strategy = await mainExport("own-strategy.mjs");
