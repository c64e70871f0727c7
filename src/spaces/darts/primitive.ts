/** @file The seven primitives of the DARTS cell, in the published order: an index into this list is part of a candidate's number. */
import { IstaNasError } from "../../error.ts";

/** All primitives, in the order that candidate indices count in. */
export const PRIMITIVES = [
  "max_pool_3x3",
  "avg_pool_3x3",
  "skip_connect",
  "sep_conv_3x3",
  "sep_conv_5x5",
  "dil_conv_3x3",
  "dil_conv_5x5",
] as const;

/** The name of one candidate on an edge. */
export type Primitive = (typeof PRIMITIVES)[number];

/** What a primitive is made of: a window without weights, nothing, two separable convolutions, or a dilated separable one. */
export type PrimitiveFamily = "pool" | "skip" | "separable" | "dilated";

interface PrimitiveTraits {
  readonly family: PrimitiveFamily;
  readonly label: string;
  /** By how much memory their steps take. */
  readonly cost: number;
}

const TRAITS: Readonly<Record<Primitive, PrimitiveTraits>> = {
  max_pool_3x3: { family: "pool", label: "max3", cost: 0 },
  avg_pool_3x3: { family: "pool", label: "avg3", cost: 0 },
  skip_connect: { family: "skip", label: "skip", cost: 0 },
  sep_conv_3x3: { family: "separable", label: "sep3", cost: 3 },
  sep_conv_5x5: { family: "separable", label: "sep5", cost: 4 },
  dil_conv_3x3: { family: "dilated", label: "dil3", cost: 1 },
  dil_conv_5x5: { family: "dilated", label: "dil5", cost: 2 },
};

/** Whether `value` is the name of a primitive. */
export function isPrimitive(value: unknown): value is Primitive {
  return (PRIMITIVES as readonly unknown[]).includes(value);
}

/** The family of a primitive. */
export function primitiveFamily(primitive: Primitive): PrimitiveFamily {
  return TRAITS[primitive].family;
}

/** Its name in a few letters, and what a training step of it takes compared with the others. */
export function primitiveTraits(primitive: Primitive): Pick<PrimitiveTraits, "label" | "cost"> {
  return TRAITS[primitive];
}

/**
 * The primitive named `text`. `where` opens the message.
 * Throws `E_PRIMITIVE_NONE` for `none`, which this space does not hold, and `E_PRIMITIVE` for any other unknown name.
 */
export function parsePrimitive(text: string, where = "primitive"): Primitive {
  if (isPrimitive(text)) return text;
  const legal = PRIMITIVES.join(", ");
  if (text === "none") {
    throw new IstaNasError(
      `${where}: "none" (no connection) is not a primitive of this space, expected one of ${legal}`,
      {
        code: "E_PRIMITIVE_NONE",
        kind: "usage",
        hint: "a node names only the connections it keeps; leave out none and name the strongest other primitive",
      },
    );
  }
  throw new IstaNasError(`${where}: unknown primitive, got ${JSON.stringify(text)}, expected one of ${legal}`, {
    code: "E_PRIMITIVE",
    kind: "usage",
  });
}
