import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type RunningServer, type ServeOptions, serveRuns } from "../../src/server/index.ts";
import { RunFolder } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { makeSampleRun } from "./sample-run.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Asks for a path as it is typed: neither dots nor escapes are tidied up on the way. */
function ask(address: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = request({ host: hostname, port, path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("serveRuns", () => {
  let server: RunningServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });

  async function start(options: Partial<ServeOptions> = {}): Promise<{ address: string; parent: string }> {
    const parent = temporaryFolder();
    makeSampleRun(parent, "one", { epochs: 3 });
    const pageFolder = join(temporaryFolder(), "page");
    mkdirSync(join(pageFolder, "assets"), { recursive: true });
    writeFileSync(join(pageFolder, "index.html"), "<p>page</p>");
    writeFileSync(join(pageFolder, "assets", "a-1.js"), "1");
    writeFileSync(join(parent, "secret.txt"), "secret");
    server = await serveRuns({ path: parent, port: 0, pageFolder, ...options });
    return { address: server.address, parent };
  }

  it("serves neither links nor pipes, and waits for none", async () => {
    const { address, parent } = await start();
    const path = join(parent, "one");
    symlinkSync(join(parent, "secret.txt"), join(path, "model.onnx"));
    rmSync(join(path, "results.csv"));
    execFileSync("mkfifo", [join(path, "results.csv"), join(path, "summary.json")]);
    expect((await ask(address, "/api/runs/one/files/model.onnx")).status).toBe(404);
    expect((await ask(address, "/api/runs/one")).text).not.toContain("model.onnx");
    const [line] = JSON.parse((await ask(address, "/api/runs")).text) as { condition: string; reason: string }[];
    expect(line).toMatchObject({ condition: "unreadable", reason: expect.stringContaining("is a pipe, not a file") });
  });

  it("serves page, table, run, series and files", async () => {
    const { address } = await start();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await ask(address, "/");
    expect(page).toMatchObject({ status: 200, text: "<p>page</p>" });
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'.*script-src 'self' 'wasm-unsafe-eval'/);
    expect(page.headers["x-content-type-options"]).toBe("nosniff");
    expect((await ask(address, "/assets/a-1.js")).headers["cache-control"]).toContain("immutable");
    const lines = JSON.parse((await ask(address, "/api/runs")).text) as { id: string; sparkline: number[] }[];
    expect(lines).toMatchObject([{ id: "one", condition: "interrupted", progress: "search 3/3" }]);
    expect(lines[0]!.sparkline).toHaveLength(3);
    expect(JSON.parse((await ask(address, "/api/runs/one")).text)).toMatchObject({ config: { seed: 5 } });
    expect(JSON.parse((await ask(address, "/api/runs/one/history")).text)).toMatchObject({ rowCount: 3 });
    expect(JSON.parse((await ask(address, "/api/runs/one/selections/2")).text)).toMatchObject({ epoch: 2 });
    const config = await ask(address, "/api/runs/one/files/config.json");
    expect(config.headers["content-disposition"]).toBe('attachment; filename="config.json"');
  });

  it("knows runs and files by name alone: no path leads out", async () => {
    const { address } = await start();
    const paths = [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/assets/../../secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/api/runs/..%2Fone",
      "/api/runs/..",
      "/api/runs/one/files/..%2F..%2Fsecret.txt",
      "/api/runs/one/files/../../../secret.txt",
      "/api/runs/one%2F..%2Fone",
      "/api/runs/%00",
      "/api/runs/one/files/lock-1.json",
      "/api/runs/one/selections/-1",
      "/api/runs/none",
      "/api/runs/none/live",
      "/api/runs/__proto__",
      "/etc/passwd",
    ];
    for (const path of paths) {
      const { status, text } = await ask(address, path);
      expect(status, path).toBe(404);
      expect(text).not.toContain("secret");
    }
    expect((await ask(address, "/api/runs/%E0%A4%A")).status).toBeGreaterThanOrEqual(400);
  });

  it("refuses a foreign Host and a foreign Origin", async () => {
    const { address } = await start();
    const own = new URL(address).host;
    for (const host of ["evil.example", `evil.example:${new URL(address).port}`, "127.0.0.1", "127.0.0.1:1"]) {
      expect((await ask(address, "/api/runs", { host })).status, host).toBe(403);
    }
    for (const origin of ["http://evil.example", "null", `https://${own}`, "http://127.0.0.1:1"]) {
      expect((await ask(address, "/api/runs", { host: own, origin })).status, origin).toBe(403);
    }
    expect((await ask(address, "/api/runs", { host: own, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await ask(address, "/api/runs", { host: own, origin: `http://${own}` })).status).toBe(200);
    expect((await ask(address, "/", { host: `localhost:${new URL(address).port}` })).status).toBe(200);
  });

  it("asks for a token where it can be reached from elsewhere", async () => {
    const { address } = await start({ host: "0.0.0.0" });
    const token = new URL(address).searchParams.get("token")!;
    expect(token.length).toBeGreaterThanOrEqual(20);
    const local = `http://127.0.0.1:${new URL(address).port}/`;
    for (const path of ["/", "/api/runs", "/assets/a-1.js", "/?token=wrong", `/api/runs?token=${token}`]) {
      expect((await ask(local, path)).status, path).toBe(401);
    }
    const led = await ask(local, `/?token=${token}`);
    expect(led).toMatchObject({ status: 302, headers: { location: "/" } });
    const cookie = String(led.headers["set-cookie"]);
    expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/);
    expect((await ask(local, "/api/runs", { cookie: cookie.split(";")[0]! })).status).toBe(200);
    expect((await ask(local, "/api/runs", { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await ask(local, "/api/runs", { cookie: "ista-nas-token=wrong" })).status).toBe(401);
  });

  it("serves a folder that is itself a run, and says what is wrong with others", async () => {
    const { parent } = await start();
    const { path } = RunFolder.open(join(parent, "one"));
    const alone = await serveRuns({ path, port: 0, pageFolder: join(temporaryFolder(), "none") }).catch(
      (error) => error,
    );
    expect(alone).toMatchObject({ code: "E_PAGE_MISSING" });
    await expect(serveRuns({ path: join(parent, "nowhere") })).rejects.toMatchObject({ code: "E_RUNS_NOT_FOUND" });
    const port = Number(new URL(server!.address).port);
    await server!.close();
    const { address } = await start({ path });
    expect(JSON.parse((await ask(address, "/api/runs")).text)).toMatchObject([{ id: "one" }]);
    expect(port).toBeGreaterThan(0);
    await expect(start({ port: Number(new URL(address).port) })).rejects.toMatchObject({
      code: "E_SERVER_ADDRESS",
      kind: "usage",
    });
  });
});
