/** @file The trained network at work: on an image of the reader's, on test images, and how good it is on all of these. */
import { useEffect, useRef, useState } from "preact/hooks";
import { padColourOf } from "../../src/data/fit.ts";
import { useTestSplit } from "../data/use-test-split.ts";
import { percent } from "../format.ts";
import type { OnnxModel } from "../model/onnx-model.ts";
import { readPicture } from "../model/read-picture.ts";
import { toPixels } from "../model/resize.ts";
import { PixelImage } from "../parts/pixel-image.tsx";
import type { PanelProps } from "../views/run-view.tsx";
import { TestQuality } from "./test-quality.tsx";

interface Outcome {
  readonly name: string;
  readonly pixels: Uint8Array;
  readonly probabilities: Float32Array;
}

const SAMPLES = 24;
const SHOWN_CLASSES = 10;

export function TryPanel({ source, id, snapshot }: PanelProps) {
  const { config, files, hasTestPredictions } = snapshot.detail;
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const model = useRef<Promise<OnnxModel> | null>(null);
  const { test, error } = useTestSplit(source, id, hasTestPredictions);
  const hasModel = source.openModel !== null && files.some(({ name }) => name === "model.onnx");
  useEffect(
    () => () => {
      model.current?.then((opened) => opened.close()).catch(() => {});
      model.current = null;
    },
    [id, hasModel],
  );
  if (config === null) return <p class="empty">The configuration of this run cannot be read.</p>;
  const { imageSize, imageChannels } = config.training.network;
  const shape = { ...imageSize, channels: imageChannels };
  const fitting = { fit: config.data.fit, padColour: padColourOf(config.normalisation.mean) };

  const classify = async (name: string, read: () => Promise<Uint8Array>) => {
    setMessage(`Looking at ${name}…`);
    try {
      model.current ??= source.openModel!(id, shape, config.classNames.length);
      const [opened, pixels] = await Promise.all([model.current, read()]);
      setOutcome({ name, pixels, probabilities: await opened.probabilities(pixels) });
      setMessage(null);
    } catch (error) {
      model.current = null;
      setMessage(`${name}: ${(error as Error).message}`);
    }
  };
  const take = (file: File | undefined) => {
    if (file !== undefined) classify(file.name, async () => toPixels(await readPicture(file), shape, fitting));
  };
  const ranked =
    outcome === null
      ? []
      : [...outcome.probabilities.keys()].sort((a, b) => outcome.probabilities[b]! - outcome.probabilities[a]!);

  return (
    <section aria-label="Try it">
      {!hasModel ? (
        <p class="empty">
          {source.openModel === null
            ? "A report does not carry the runtime of the model: ista-nas serve lets images be tried."
            : "There is no model yet: it is written when the run is finished."}
        </p>
      ) : (
        <div class="columns">
          <div>
            <label
              class={`drop${isOver ? " over" : ""}`}
              onDragOver={(event) => {
                event.preventDefault();
                setOver(true);
              }}
              onDragLeave={() => setOver(false)}
              onDrop={(event) => {
                event.preventDefault();
                setOver(false);
                take(event.dataTransfer?.files[0]);
              }}
            >
              <strong>Drop an image here</strong>, or choose one:{" "}
              <input type="file" accept="image/*" onChange={(event) => take(event.currentTarget.files?.[0])} />
              <span class="muted">It is computed in this page from model.onnx and goes nowhere.</span>
            </label>
            {test !== null && (
              <>
                <h2>Or take a test image</h2>
                <div class="samples">
                  {samplePlaces(test.kept.length).map((place) => {
                    const image = test.kept[place]!;
                    const name = `test image ${image}, ${config.classNames[test.labels[image]!]}`;
                    return (
                      <button
                        key={image}
                        type="button"
                        aria-label={name}
                        onClick={() => classify(name, async () => test.pixels(place))}
                      >
                        <PixelImage pixels={test.pixels(place)} shape={test.shape} label="" size={44} />
                      </button>
                    );
                  })}
                </div>
              </>
            )}
          </div>
          <div aria-live="polite">
            {message !== null && <p class="muted">{message}</p>}
            {outcome === null ? (
              <p class="muted">The probabilities of the classes appear here.</p>
            ) : (
              <>
                <div class="row">
                  <PixelImage pixels={outcome.pixels} shape={shape} label="what the network sees" size={112} />
                  <p>
                    <span>{outcome.name}</span>
                    <br />
                    <strong class="verdict">{config.classNames[ranked[0]!]}</strong>
                  </p>
                </div>
                <table class="bars">
                  <tbody>
                    {ranked.slice(0, SHOWN_CLASSES).map((index) => (
                      <tr key={index}>
                        <th scope="row">{config.classNames[index]}</th>
                        <td>
                          <meter
                            min={0}
                            max={1}
                            value={outcome.probabilities[index]!}
                            aria-label={config.classNames[index]!}
                          />
                        </td>
                        <td class="figure">{percent(outcome.probabilities[index])}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </>
            )}
          </div>
        </div>
      )}
      {test === null ? (
        <>
          <h2>How good it is on the test images</h2>
          <p class={error === null ? "muted" : "warning"}>{error?.message ?? missingTest(hasTestPredictions)}</p>
        </>
      ) : (
        <TestQuality test={test} classNames={config.classNames} />
      )}
    </section>
  );
}

function missingTest(isThere: boolean): string {
  if (isThere) return "Reading the test images…";
  return "The predictions for the test images are not there: the run is not finished, or an older version made it.";
}

function samplePlaces(count: number): readonly number[] {
  const shown = Math.min(count, SAMPLES);
  return Array.from({ length: shown }, (_, index) => Math.floor((index * count) / shown));
}
