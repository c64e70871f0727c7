/** @file How often each class was taken for each other one, and the images behind a field. */
import { useMemo, useState } from "preact/hooks";
import type { TestSplit } from "../data/use-test-split.ts";
import { percent } from "../format.ts";
import { PixelImage } from "../parts/pixel-image.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";

export interface ConfusionMatrixProps {
  readonly test: TestSplit;
  readonly classNames: readonly string[];
}

interface Field {
  readonly label: number;
  readonly prediction: number;
}

export function ConfusionMatrix({ test, classNames }: ConfusionMatrixProps) {
  const [field, setField] = useState<Field | null>(null);
  const counts = useMemo(() => {
    const table = classNames.map(() => classNames.map(() => 0));
    for (const [image, label] of test.labels.entries()) {
      const prediction = test.predictions[image]!;
      if (Math.max(label, prediction) < classNames.length) table[label]![prediction]!++;
    }
    return table;
  }, [test, classNames]);
  const unknown = test.labels.filter((label, image) => Math.max(label, test.predictions[image]!) >= classNames.length);
  const totals = counts.map((row) => row.reduce((sum, value) => sum + value, 0));
  return (
    <>
      {unknown.length > 0 && (
        <p class="warning">
          Left out: {unknown.length} images of classes that config.json does not name; it names {classNames.length}.
        </p>
      )}
      <ScrollRegion label="Confusion matrix">
        <table class="confusion">
          <thead>
            <tr>
              <th scope="col">is ↓ taken for →</th>
              {classNames.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">right</th>
            </tr>
          </thead>
          <tbody>
            {counts.map((row, label) => (
              <tr key={classNames[label]}>
                <th scope="row">{classNames[label]}</th>
                {row.map((value, prediction) => {
                  const isShown = field?.label === label && field.prediction === prediction;
                  const strength = value === 0 ? 0 : Math.max(0.08, value / Math.max(1, totals[label]!));
                  return (
                    <td
                      key={classNames[prediction]}
                      class={label === prediction ? "right" : "wrong"}
                      style={{ "--strength": strength.toFixed(3) }}
                    >
                      {value === 0 ? (
                        <span class="zero">0</span>
                      ) : (
                        <button
                          type="button"
                          aria-pressed={isShown}
                          aria-label={`${value} of class ${classNames[label]} taken for ${classNames[prediction]}`}
                          onClick={() => setField(isShown ? null : { label, prediction })}
                        >
                          {value}
                        </button>
                      )}
                    </td>
                  );
                })}
                <td class="figure">{percent(row[label]! / Math.max(1, totals[label]!), 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {field !== null && <FieldImages test={test} classNames={classNames} {...field} />}
    </>
  );
}

function FieldImages({ test, classNames, label, prediction }: ConfusionMatrixProps & Field) {
  const places = [...test.kept.keys()].filter((place) => {
    const image = test.kept[place]!;
    return test.labels[image] === label && test.predictions[image] === prediction;
  });
  const all = test.labels.filter((own, image) => own === label && test.predictions[image] === prediction).length;
  return (
    <div class="panel" aria-live="polite">
      <h3>
        {classNames[label]} taken for {classNames[prediction]}: {all}
        {places.length < all && <span class="muted"> (the first {places.length} are kept)</span>}
      </h3>
      <ul class="images">
        {places.map((place) => {
          const image = test.kept[place]!;
          return (
            <li key={image}>
              <PixelImage pixels={test.pixels(place)} shape={test.shape} label={`test image ${image}`} size={64} />
              <span class="muted">
                {image}: {percent(test.confidences[image], 0)}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
