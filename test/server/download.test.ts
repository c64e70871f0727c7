import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bodyOf, rawRequest } from "./raw-request.ts";
import { startServer } from "./start-server.ts";

const MODEL = "/api/runs/one/files/model.onnx";

/** Files of that name that this process holds open; only Linux tells. */
function openCount(name: string): number {
  return readdirSync("/proc/self/fd").filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).endsWith(name);
    } catch {
      return false;
    }
  }).length;
}

describe("the files of a run", () => {
  it("are sent in parts where a part is asked for", async () => {
    const { address, folder } = await startServer();
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    folder.write("model.onnx", content);
    const whole = await rawRequest(address, MODEL);
    const { etag } = whole.headers;
    expect(whole.headers).toMatchObject({ "content-length": "300000", "accept-ranges": "bytes" });
    expect((await bodyOf(whole)).equals(content)).toBe(true);
    for (const [range, start, end] of [
      ["bytes=0-0", 0, 1],
      ["bytes=100-299999", 100, 300_000],
      ["bytes=299990-", 299_990, 300_000],
      ["bytes=-5", 299_995, 300_000],
      ["bytes=200000-9999999", 200_000, 300_000],
      ["bytes=-9999999", 0, 300_000],
      ["bytes=0-", 0, 300_000],
    ] as const) {
      const part = await rawRequest(address, MODEL, { headers: { range, "if-range": etag! } });
      expect(part.statusCode, range).toBe(206);
      expect(part.headers["content-range"]).toBe(`bytes ${start}-${end - 1}/300000`);
      expect((await bodyOf(part)).equals(content.subarray(start, end)), range).toBe(true);
    }
    for (const range of ["bytes=300000-", "bytes=-0", "bytes=400000-500000"]) {
      const none = await rawRequest(address, MODEL, { headers: { range } });
      expect([none.statusCode, none.headers["content-range"]], range).toEqual([416, "bytes */300000"]);
      await bodyOf(none);
    }
    for (const range of [
      "bytes=5-2",
      "bytes=-",
      "bytes=a-b",
      "bytes=0-1,5-6",
      "rows=1-2",
      `bytes=${"9".repeat(40)}-`,
    ]) {
      const all = await rawRequest(address, MODEL, { headers: { range } });
      expect([all.statusCode, (await bodyOf(all)).length], range).toEqual([200, 300_000]);
    }
    const changed = await rawRequest(address, MODEL, { headers: { range: "bytes=0-1", "if-range": '"old"' } });
    expect([changed.statusCode, (await bodyOf(changed)).length]).toEqual([200, 300_000]);
    const head = await rawRequest(address, MODEL, { method: "HEAD" });
    expect([head.statusCode, head.headers["content-length"], (await bodyOf(head)).length]).toEqual([200, "300000", 0]);
    folder.write("labels.txt", "");
    const empty = await rawRequest(address, "/api/runs/one/files/labels.txt");
    expect([empty.statusCode, (await bodyOf(empty)).length]).toEqual([200, 0]);
    await expect.poll(() => openCount("model.onnx")).toBe(0);
  });

  it("are not read into memory whole, and closed again when nobody wants them any more", async () => {
    const { address, folder } = await startServer();
    folder.write("model.onnx", "");
    truncateSync(folder.pathOf("model.onnx"), 1.5e9);
    const before = process.memoryUsage.rss();
    const slow = await Promise.all(Array.from({ length: 4 }, () => rawRequest(address, MODEL)));
    for (const download of slow) {
      download.resume();
      await new Promise((resolve) => download.once("data", resolve));
      download.pause();
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage.rss() - before).toBeLessThan(3e8);
    expect(openCount("model.onnx")).toBe(4);
    for (const download of slow) download.destroy();
    await expect.poll(() => openCount("model.onnx")).toBe(0);
  });

  it("end with the connection when they are cut on the way", async () => {
    const { address, folder } = await startServer();
    folder.write("model.onnx", "");
    truncateSync(folder.pathOf("model.onnx"), 1e9);
    const download = await rawRequest(address, MODEL);
    truncateSync(folder.pathOf("model.onnx"), 10);
    await expect(bodyOf(download)).rejects.toThrow("aborted");
  });

  it("are files: a pipe or a link of their name is not waited for and not followed", async () => {
    const { address, folder } = await startServer();
    writeFileSync(folder.pathOf("secret"), "secret");
    symlinkSync(folder.pathOf("secret"), folder.pathOf("labels.txt"));
    for (const name of ["model.onnx", "cells.svg"]) execFileSync("mkfifo", [folder.pathOf(name)]);
    for (const name of ["model.onnx", "cells.svg", "labels.txt"]) {
      const response = await rawRequest(address, `/api/runs/one/files/${name}`);
      expect(response.statusCode, name).toBe(404);
      await bodyOf(response);
    }
    const detail = JSON.parse((await bodyOf(await rawRequest(address, "/api/runs/one"))).toString());
    expect(detail.files.map((file: { name: string }) => file.name)).toEqual([
      "results.csv",
      "config.json",
      "events.jsonl",
    ]);
  });

  it("cannot be changed", async () => {
    const { address } = await startServer();
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await rawRequest(address, MODEL, { method });
      expect([response.statusCode, response.headers.allow], method).toEqual([405, "GET, HEAD"]);
      await bodyOf(response);
    }
  });
});
