import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerSheet, labelPlace, predictedClass } from "../../src/train/index.ts";

describe("labelPlace", () => {
  it("counts the classes before the label, equal ones by their number", () => {
    const probabilities = [0.2, 0.3, 0.3, 0.2];
    expect([0, 1, 2, 3].map((label) => labelPlace(probabilities, 0, 4, label))).toEqual([2, 0, 1, 3]);
    expect(labelPlace([9, 9, 0.1, 0.9], 1, 2, 0)).toBe(1);
  });

  it("is 0 for the predicted class alone, and gives every class a place of its own", () => {
    const row = fc.array(fc.constantFrom(0, 0.1, 0.1, 0.5), { minLength: 1, maxLength: 9 });
    const property = fc.property(row, (probabilities) => {
      const places = probabilities.map((_, label) => labelPlace(probabilities, 0, probabilities.length, label));
      expect(places.indexOf(0)).toBe(predictedClass(probabilities, 0, probabilities.length));
      expect(places.toSorted((a, b) => a - b)).toEqual([...probabilities.keys()]);
    });
    fc.assert(property, { seed: 1 });
  });
});

it("an answer sheet writes down image after image", () => {
  const sheet = new AnswerSheet();
  const probabilities = [0.1, 0.7, 0.2, 1 / 3, 1 / 3, 1 / 3];
  sheet.add(probabilities, 0, 3, 2);
  sheet.add(probabilities, 1, 3, 0);
  expect({ ...sheet }).toEqual({
    ...{ labels: [2, 0], predictions: [1, 0] },
    ...{ confidences: [0.7, 0.333333], labelPlaces: [1, 0] },
  });
});
