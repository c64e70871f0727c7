import { useEffect, useState } from "preact/hooks";
import type { TestPredictions } from "../../src/run/index.ts";
import type { RunSource } from "./source.ts";

export interface TestSplit extends TestPredictions {
  /** Pixels of the image that stands at `place` in `kept`. */
  pixels(place: number): Uint8Array;
}

/** What a run made of its test images; null while they are read, or for a run that has none. */
export function useTestSplit(source: RunSource, id: string, isThere: boolean): TestSplit | null {
  const [split, setSplit] = useState<TestSplit | null>(null);
  useEffect(() => {
    let isCurrent = true;
    setSplit(null);
    if (isThere) {
      Promise.all([source.test(id), source.testImages(id)]).then(
        ([test, images]) => {
          const length = test.shape.height * test.shape.width * test.shape.channels;
          const pixels = (place: number) => images.subarray(place * length, (place + 1) * length);
          if (isCurrent) setSplit({ ...test, pixels });
        },
        () => {},
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [source, id, isThere]);
  return split;
}
