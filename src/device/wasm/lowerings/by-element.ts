/**
 * @file Kernels that treat all elements alike end in (elements, firstImage, endImage), and so do part of a value or
 * all of it.
 */
import { elementCount, type Value } from "../../../graph/index.ts";
import type { Draft, LoweringContext } from "../lowering.ts";
import type { Operand } from "../operand.ts";

/**
 * One call of `kernel` over a value: a thread does its own images, or every thread all of it as if it were one image.
 */
export function byElement<A>(
  context: LoweringContext<A>,
  value: Value,
  kernel: string,
  args: readonly Operand[],
): Draft {
  const count = elementCount(value.shape);
  if (!context.isPerImage(value)) return { share: "every", kernel, args: [...args, count, 0, 1] };
  const images = value.shape[0]!;
  return { share: "images", kernel, args: [...args, count / images], images };
}
