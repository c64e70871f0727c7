import { useEffect, useState } from "preact/hooks";
import type { TestPredictions } from "../../src/store/index.ts";
import type { RunSource } from "./source.ts";

export interface TestSplit extends TestPredictions {
  /** Pixels of the image that stands at `place` in `kept`. */
  pixels(place: number): Uint8Array;
}

export interface TestSplitState {
  /** Null while it is read, and for a run that has none. */
  readonly test: TestSplit | null;
  readonly error: Error | null;
}

const NONE: TestSplitState = { test: null, error: null };

/** What a run made of its test images. */
export function useTestSplit(source: RunSource, id: string, isThere: boolean): TestSplitState {
  const [state, setState] = useState(NONE);
  useEffect(() => {
    let isCurrent = true;
    setState(NONE);
    if (isThere) {
      Promise.all([source.test(id), source.testImages(id)])
        .then(([test, images]) => {
          assertWhole(test);
          const length = test.shape.height * test.shape.width * test.shape.channels;
          const pixels = (place: number) => images.subarray(place * length, (place + 1) * length);
          if (isCurrent) setState({ test: { ...test, pixels }, error: null });
        })
        .catch((error: Error) => isCurrent && setState({ test: null, error }));
    }
    return () => {
      isCurrent = false;
    };
  }, [source, id, isThere]);
  return state;
}

function assertWhole({ labels, predictions, confidences, labelPlaces, kept }: TestPredictions): void {
  const count = labels.length;
  const lists = [predictions, confidences, ...(labelPlaces === null ? [] : [labelPlaces])];
  const isWhole = lists.every((list) => list.length === count) && kept.every((image) => image < count);
  if (!isWhole) {
    throw new Error(
      `test-predictions.json: got ${count} labels, ${predictions.length} predictions and ${confidences.length} confidences, expected as many of each, and of kept images`,
    );
  }
}
