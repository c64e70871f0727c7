/** @file `ista-nas serve` as a process: what it is started with, what lies in the folder, and how it ends. */
import { execFileSync, spawn } from "node:child_process";
import { rmSync, truncateSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { bodyOf, rawRequest } from "../server/raw-request.ts";
import { makeSampleRun } from "../server/sample-run.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/ista-nas.js", import.meta.url));
/** Names of everything that the server may open in a run. */
const FILES = [
  ...["results.csv", "data.json", "genotype.json", "model.onnx", "weights.safetensors", "labels.txt", "cells.svg"],
];

async function start(folder: string) {
  const child = spawn(process.execPath, [PROGRAM, "serve", folder, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const line = await new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve));
  return { address: (JSON.parse(line) as { address: string }).address, child, ended };
}

describe("ista-nas serve", () => {
  it("refuses a token that is an unset variable of the shell, or too short", async () => {
    for (const args of [["--token", ""], ["--token="], ["--token", "secret"], ["--host", "0.0.0.0", "--token", ""]]) {
      const { status, output, error } = await runCommand(temporaryFolder(), ["serve", ".", "--port", "0", ...args]);
      expect([status, output], args.join(" ")).toEqual([2, ""]);
      expect(error).toMatch(/token: got (an empty one|6 characters), expected 16 to 256/);
      expect(error).toContain("leave --token out");
    }
    const { status, error } = await runCommand(temporaryFolder(), ["serve", ".", "--port", "0", "--host", ""]);
    expect([status, error]).toEqual([2, expect.stringContaining("empty address")]);
  });

  it("is not held up by a pipe of the name of any file of a run", async () => {
    const parent = temporaryFolder();
    for (const name of FILES) {
      const folder = makeSampleRun(parent, `pipe-${name}`, { epochs: 3 });
      rmSync(folder.pathOf(name), { force: true });
      execFileSync("mkfifo", [folder.pathOf(name)]);
    }
    makeSampleRun(parent, "whole", { epochs: 3 });
    const { address, child, ended } = await start(parent);
    const lines = JSON.parse((await bodyOf(await rawRequest(address, "/api/runs"))).toString()) as { id: string }[];
    expect(lines).toHaveLength(FILES.length + 1);
    for (const { id } of lines) {
      for (const path of [
        "",
        "/history",
        "/selections/1",
        "/test",
        "/test-images",
        ...FILES.map((n) => `/files/${n}`),
      ]) {
        const { statusCode } = await rawRequest(address, `/api/runs/${id}${path}`);
        expect([200, 404, 500], `${id}${path}`).toContain(statusCode);
      }
    }
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends at once by %s, whatever is under way", async (signal) => {
    const parent = temporaryFolder();
    const folder = makeSampleRun(parent, "one", { epochs: 3 });
    folder.write("model.onnx", "");
    truncateSync(folder.pathOf("model.onnx"), 1e9);
    const { address, child, ended } = await start(parent);
    const open = await Promise.all([
      ...Array.from({ length: 4 }, () => rawRequest(address, "/api/runs/one/files/model.onnx")),
      ...Array.from({ length: 8 }, () => rawRequest(address, "/api/live?at=one%3D0-0")),
    ]);
    const closed = open.map((response) => new Promise((resolve) => response.once("close", resolve)));
    for (const response of open) response.on("error", () => {});
    child.kill(signal);
    expect(await ended).toBe(0);
    for (const response of open) response.destroy();
    await Promise.all(closed);
  });
});
