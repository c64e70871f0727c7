/** @file A value of a graph. */
import type { Shape } from "./shape.ts";

/**
 * Where a value comes from: written before each run (`input`), kept by the device between runs under its name
 * (`persistent`: parameters, velocities, running statistics), or computed by a node.
 */
export type ValueRole = "input" | "persistent" | "computed";

export interface Value {
  readonly id: number;
  readonly role: ValueRole;
  readonly shape: Shape;
  /** Name of an input or a persistent value, null for computed ones. */
  readonly name: string | null;
}
