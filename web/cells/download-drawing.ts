import type { Genotype } from "../../src/spaces/darts/index.ts";
import { untilAnswered } from "../data/retry.ts";

/** Saves both cells as an image `<name>.svg` with `title` above them, as `cells.svg` of a run is. */
export async function downloadDrawing(name: string, title: string, genotype: Genotype): Promise<void> {
  const [{ drawDiagram }, { drawGenotype }] = await untilAnswered(() =>
    Promise.all([import("../../src/export/diagram-drawing.ts"), import("../../src/spaces/darts/diagram.ts")]),
  );
  const drawing = drawDiagram(drawGenotype(genotype), { title });
  const address = URL.createObjectURL(new Blob([drawing], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.svg`;
  link.click();
  URL.revokeObjectURL(address);
}
