import { rmSync } from "node:fs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { RunRegistry } from "../../src/server/run-registry.ts";
import { RunWatch } from "../../src/server/run-watch.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bodyOf, rawRequest } from "./raw-request.ts";
import { appendEpoch, makeSampleRun } from "./sample-run.ts";
import { startServer } from "./start-server.ts";

describe("the streams of events", () => {
  it("look at the runs together: once a second, and not at all when nobody listens", () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const path = temporaryFolder();
    const folder = makeSampleRun(path, "one", { epochs: 3 });
    const registry = new RunRegistry(path);
    const lines = vi.spyOn(registry, "lines");
    const versions = vi.spyOn(registry, "versionOf");
    const watch = new RunWatch(registry);
    for (let stream = 0; stream < 20; stream++) expect(watch.join()).toBe(true);
    const table = watch.table;
    expect(JSON.parse(table)).toMatchObject([{ id: "one" }]);
    vi.advanceTimersByTime(4000);
    expect(lines).toHaveBeenCalledTimes(5);
    expect(watch.table).toBe(table);
    for (let stream = 0; stream < 20; stream++) watch.versionOf("one");
    expect(versions).toHaveBeenCalledTimes(1);
    expect(watch.updateOf("one", "0-0")).toBe(watch.updateOf("one", "0-0"));
    appendEpoch(folder, 4, 9);
    vi.advanceTimersByTime(1000);
    expect(watch.table).toContain("search 4/9");
    for (let stream = 0; stream < 20; stream++) watch.leave();
    expect(vi.getTimerCount()).toBe(0);
    rmSync(path, { recursive: true });
    expect(watch.join()).toBe(true);
    expect(watch.table).toBe("[]");
    watch.leave();
  });

  it("read of a run that changed only what is new, and of the others nothing", () => {
    const path = temporaryFolder();
    const folder = makeSampleRun(path, "grows", { epochs: 3 });
    makeSampleRun(path, "stands", { epochs: 3 });
    const registry = new RunRegistry(path);
    const [before] = [registry.lines()];
    expect(registry.lines()).toBe(before);
    appendEpoch(folder, 4, 9);
    const after = registry.lines();
    expect(after.find(({ id }) => id === "stands")).toBe(before.find(({ id }) => id === "stands"));
    expect(after.find(({ id }) => id === "grows")!.sparkline).toEqual([0.5, 0.6667, 0.75, 0.8]);
    folder.truncate("results.csv", 0);
    expect(registry.lines().find(({ id }) => id === "grows")!.sparkline).toEqual([]);
  });

  it("refuse a Last-Event-ID without end, instead of following thousands of runs that are not there", async () => {
    const { address } = await startServer();
    const many = Array.from({ length: 2000 }, (_, index) => `r${index}`).join("&");
    const nested = "a".repeat(9000);
    for (const id of [many, nested]) {
      const response = await rawRequest(address, "/api/live", { headers: { "last-event-id": id } });
      expect(response.statusCode).toBe(400);
      await bodyOf(response);
    }
    const long = await rawRequest(address, `/api/live?at=${"a".repeat(20_000)}`);
    expect(long.statusCode).toBe(431);
    await bodyOf(long);
  });

  it("are so many and no more; the place of one that goes is free again", async () => {
    const { address } = await startServer();
    const streams = await Promise.all(Array.from({ length: 64 }, () => rawRequest(address, "/api/live")));
    expect(streams.map(({ statusCode }) => statusCode)).toEqual(streams.map(() => 200));
    const refused = await rawRequest(address, "/api/live");
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([503, "5"]);
    expect((await rawRequest(address, "/api/live", { method: "HEAD" })).statusCode).toBe(200);
    streams[0]!.destroy();
    await expect
      .poll(async () => {
        const again = await rawRequest(address, "/api/live");
        again.destroy();
        return again.statusCode;
      })
      .toBe(200);
    for (const stream of streams) stream.destroy();
  });

  it("go on past lines of a journal that are no events, or longer than any", async () => {
    const { address, folder } = await startServer();
    folder.append("events.jsonl", `null\n{"time":7,"kind":"selection"}\n[]\n${"x".repeat(3 << 20)}\n`);
    folder.append("results.csv", "search,zero,1\nnonsense\n");
    appendEpoch(folder, 4, 9);
    const history = JSON.parse((await bodyOf(await rawRequest(address, "/api/runs/one/history"))).toString());
    expect(history).toMatchObject({ selectionEpochs: [0, 1, 2, 3, 4], strayLines: 4, strayRows: 2, rowCount: 4 });
    const stream = await rawRequest(address, "/api/live?at=one%3D0-0");
    let text = "";
    for await (const chunk of stream) {
      text += String(chunk);
      if (text.includes('"kind":"selection","epoch":4')) break;
    }
    expect(text).toContain('"strayLines":1');
  });
});
