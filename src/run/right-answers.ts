import { openOnnx } from "../export/index.ts";
import { assertNotStopped } from "./interruption.ts";
import type { MeasuredImages } from "./measured-images.ts";
import type { RunHost } from "./run-host.ts";

/** Images that one call computes. */
const BATCH = 100;

/** Of each image that is measured, 1 if onnxruntime names its class with the bytes of a model, and 0 if not. Throws what `openOnnx` throws. */
export async function rightAnswers(
  model: Uint8Array,
  { splits, count, modelClasses }: MeasuredImages,
  host: RunHost,
): Promise<Uint8Array> {
  const session = await openOnnx(model, host.threads === "auto" ? {} : { threads: host.threads });
  const classes = session.classNames.length;
  const right = new Uint8Array(count);
  let done = 0;
  try {
    for (const { pixels, labels } of splits) {
      for (let start = 0; start < pixels.count; start += BATCH) {
        assertNotStopped(host);
        const batch = Math.min(BATCH, pixels.count - start);
        const { logits } = await session.run(pixels.range(start, start + batch), batch);
        for (let image = 0; image < batch; image++) {
          const row = logits.subarray(image * classes, (image + 1) * classes);
          right[done + image] = row.indexOf(Math.max(...row)) === modelClasses[labels[start + image]!] ? 1 : 0;
        }
        done += batch;
        host.onEvent({ kind: "measuring", done, total: count });
      }
    }
  } finally {
    await session.close();
  }
  return right;
}
