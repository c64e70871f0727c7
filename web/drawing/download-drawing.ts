import type { Diagram } from "../../src/spaces/index.ts";
import { untilAnswered } from "../data/retry.ts";

/** Saves a diagram as an image `<name>.svg` with `title` above its panels, as that of a finished run is. */
export async function downloadDrawing(name: string, title: string, diagram: Diagram): Promise<void> {
  const { drawDiagram } = await untilAnswered(() => import("../../src/export/diagram-drawing.ts"));
  const address = URL.createObjectURL(new Blob([drawDiagram(diagram, { title })], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.svg`;
  link.click();
  URL.revokeObjectURL(address);
}
