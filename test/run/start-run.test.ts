import { join } from "node:path";
import { expect, it } from "vitest";
import { prepareSearch } from "../../src/run/index.ts";
import { completeHost } from "../../src/run/run-host.ts";
import { RunFolder, RunLock } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("leaves a folder unlocked if the host fails when it is told of the run", async () => {
  const host = completeHost({
    onEvent: (event) => {
      if (event.kind === "note" && event.text.startsWith("run folder")) throw new Error("the listener failed");
    },
  });
  const out = join(temporaryFolder(), "run");
  const { start } = await prepareSearch({ data: "demo", out, strategy: "random" }, host);
  expect(start).toThrow("the listener failed");
  expect(() => RunLock.acquire(RunFolder.open(out)).release()).not.toThrow();
});
