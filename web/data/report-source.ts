import { layoutPanel } from "../../src/export/panel-layout.ts";
import type { ReportContent } from "../../src/server/index.ts";
import type { RunSource } from "./source.ts";

/** The one run of a report: nothing is asked for, nothing changes. */
export function createReportSource(text: string): RunSource {
  const content = JSON.parse(text) as ReportContent;
  const { detail, history, test, testImages, files } = content;
  const addresses = new Map(
    Object.entries(files).map(([name, file]) => [name, URL.createObjectURL(new Blob([file]))] as const),
  );
  const nothing = () => {};
  return {
    kind: "report",
    followTable({ onRuns, onConnection }) {
      onRuns([detail.line]);
      onConnection("embedded");
      return nothing;
    },
    async study() {
      throw new Error("the report holds one run");
    },
    detail: async () => detail,
    history: async () => history,
    follow: () => nothing,
    async selection(_id, epoch) {
      const held = history.selections.find((selection) => selection["epoch"] === epoch);
      if (held === undefined) throw new Error(`the report does not hold epoch ${epoch}`);
      return held;
    },
    async test() {
      if (test === null) throw new Error("the report holds no predictions of the test images");
      return test;
    },
    testImages: async () => Uint8Array.from(atob(testImages), (character) => character.charCodeAt(0)),
    fileAddress: (_id, name) => addresses.get(name) ?? null,
    layOut: async ({ outline, flow }) => layoutPanel(outline, flow),
    openModel: null,
  };
}
