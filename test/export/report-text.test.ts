import { describe, expect, it } from "vitest";
import { formatReportRows, formatReportSections } from "../../src/export/report-text.ts";
import { classificationReport } from "../../src/statistics/index.ts";

function reportOf(labels: readonly number[], predictions: readonly number[], classNames: readonly string[]) {
  const labelPlaces = labels.map((label, image) => (label === predictions[image] ? 0 : 1));
  return classificationReport({ labels, predictions, confidences: labels.map(() => 0.75), labelPlaces }, classNames);
}

describe("a model card", () => {
  it("says how good few classes are, and all that is taken for what", () => {
    const report = reportOf([0, 0, 1, 0], [0, 1, 1, 0], ["a|b", "dog", "owl"]);
    expect(formatReportRows(report).split("\n")).toEqual([
      "| test accuracy | 75.00 % (3 of 4 images; 95 % interval 30.06 to 95.44 %; none of owl), on images that took no part in search or training |",
      "| macro F1 | 73.33 % |",
      "| calibration error | 0.00 %, expected, over 15 bins of confidence |",
    ]);
    expect(formatReportSections(report)).toBe(`## Accuracy by class

The lowest recall has \`a|b\` (66.67 %), then \`dog\` (100.00 %).

| class | right | recall | taken for it | precision | F1 |
|---|---|---|---|---|---|
| \`a\\|b\` | 2 of 3 | 66.67 % | 2 | 100.00 % | 80.00 % |
| \`dog\` | 1 of 1 | 100.00 % | 2 | 50.00 % | 66.67 % |
| \`owl\` | no test image | - | 0 | - | - |

## Confusion matrix

| is, down; taken for, across | \`a\\|b\` | \`dog\` | \`owl\` |
|---|---|---|---|
| \`a\\|b\` | 2 | 1 | 0 |
| \`dog\` | 0 | 1 | 0 |
| \`owl\` | 0 | 0 | 0 |

`);
  });

  it("says of many classes which are the worst, and the commonest mistakes", () => {
    const names = Array.from({ length: 30 }, (_, index) => `c${index}`);
    const labels = names.flatMap((_, index) => [index, index]);
    const predictions = labels.map((label, image) =>
      label < 12 && (image % 2 === 0 || label < 3) ? label + 1 : label,
    );
    const text = formatReportSections(reportOf(labels, predictions, names));
    expect(text).toContain("| class: the 10 lowest of 30 |");
    expect(text).toContain("| `c0` | 0 of 2 | 0.00 % | 0 | - | 0.00 % |");
    expect(text).toContain("The commonest mistakes of 30 classes:\n\n| is | taken for | images |");
    expect(text.match(/^\| `c\d+` \| `c\d+` \| \d \|$/gm)).toHaveLength(10);
    expect(text).toContain("| `c2` | `c3` | 2 |\n| `c3` | `c4` | 1 |");
    expect(formatReportRows(reportOf(labels, predictions, names))).toContain("| top-5 accuracy | 100.00 % |");
    expect(formatReportSections(reportOf(labels, labels, names))).toContain(
      "No test image was taken for another class.",
    );
  });
});
