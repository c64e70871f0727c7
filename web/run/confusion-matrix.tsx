/** @file How often each class was taken for each other one, and the images behind a field. */
import { useState } from "preact/hooks";
import type { ConfusionField, ConfusionMatrix } from "../../src/statistics/confusion-matrix.ts";
import type { TestSplit } from "../data/use-test-split.ts";
import { percent } from "../format.ts";
import { PixelImage } from "../parts/pixel-image.tsx";
import { ScrollRegion } from "../parts/scroll-region.tsx";

export interface ConfusionViewProps {
  readonly test: TestSplit;
  readonly classNames: readonly string[];
  readonly matrix: ConfusionMatrix;
}

type Field = Pick<ConfusionField, "label" | "prediction">;

interface FieldChoice {
  readonly field: Field | null;
  readonly onField: (field: Field | null) => void;
}

/** A table of more classes is more than a page can show: their commonest mistakes are listed. */
const MOST_CLASSES = 40;
const LISTED = 30;

export function ConfusionView({ test, classNames, matrix }: ConfusionViewProps) {
  const [field, onField] = useState<Field | null>(null);
  const View = classNames.length <= MOST_CLASSES ? WholeMatrix : Mistakes;
  return (
    <>
      <ScrollRegion label="Confusion matrix">
        <View {...{ classNames, matrix, field, onField }} />
      </ScrollRegion>
      {field !== null && <FieldImages test={test} classNames={classNames} {...field} />}
    </>
  );
}

type ViewProps = Pick<ConfusionViewProps, "classNames" | "matrix"> & FieldChoice;

function WholeMatrix({ classNames, matrix, ...choice }: ViewProps) {
  return (
    <table class="confusion">
      <thead>
        <tr>
          <th scope="col">is ↓ taken for →</th>
          {classNames.map((name, index) => (
            <th key={index} scope="col">
              {name}
            </th>
          ))}
          <th scope="col">right</th>
        </tr>
      </thead>
      <tbody>
        {classNames.map((name, label) => {
          const total = Math.max(1, matrix.labelled[label]!);
          return (
            <tr key={label}>
              <th scope="row">{name}</th>
              {matrix.row(label).map((images, prediction) => {
                const strength = images === 0 ? 0 : Math.max(0.08, images / total);
                return (
                  <td
                    key={prediction}
                    class={label === prediction ? "right" : "wrong"}
                    style={{ "--strength": strength.toFixed(3) }}
                  >
                    {images === 0 ? (
                      <span class="zero">0</span>
                    ) : (
                      <FieldButton classNames={classNames} {...{ label, prediction, images }} {...choice} />
                    )}
                  </td>
                );
              })}
              <td class="figure">{percent(matrix.at(label, label) / total, 1)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Mistakes({ classNames, matrix, ...choice }: ViewProps) {
  const mistakes = matrix.mistakes(LISTED);
  return (
    <table class="confusion">
      <caption>
        The {mistakes.length} commonest mistakes of {classNames.length} classes
      </caption>
      <thead>
        <tr>
          <th scope="col">is</th>
          <th scope="col">taken for</th>
          <th scope="col">images</th>
        </tr>
      </thead>
      <tbody>
        {mistakes.map(({ label, prediction, images }) => (
          <tr key={`${label}/${prediction}`}>
            <th scope="row">{classNames[label]}</th>
            <td>{classNames[prediction]}</td>
            <td class="wrong" style={{ "--strength": (images / matrix.labelled[label]!).toFixed(3) }}>
              <FieldButton classNames={classNames} {...{ label, prediction, images }} {...choice} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type FieldButtonProps = ConfusionField & FieldChoice & Pick<ConfusionViewProps, "classNames">;

function FieldButton({ label, prediction, images, classNames, field, onField }: FieldButtonProps) {
  const isShown = field?.label === label && field.prediction === prediction;
  return (
    <button
      type="button"
      aria-pressed={isShown}
      aria-label={`${images} of class ${classNames[label]} taken for ${classNames[prediction]}`}
      onClick={() => onField(isShown ? null : { label, prediction })}
    >
      {images}
    </button>
  );
}

function FieldImages({ test, classNames, label, prediction }: Omit<ConfusionViewProps, "matrix"> & Field) {
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
