import { describe, expect, it, onTestFinished } from "vitest";
import { type ServeOptions, serveRuns } from "../../src/server/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { pageFolder } from "./page-folder.ts";
import { bodyOf, rawRequest } from "./raw-request.ts";

const TOKEN = "correct-horse-battery";

async function start(options: Partial<ServeOptions>) {
  const server = await serveRuns({ path: temporaryFolder(), port: 0, pageFolder: pageFolder(), ...options });
  onTestFinished(() => server.close());
  const { port } = new URL(server.address);
  return { ...server, local: `http://127.0.0.1:${port}/`, port };
}

async function statusOf(address: string, path: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await rawRequest(address, path, { headers });
  await bodyOf(response);
  return response.statusCode;
}

describe("the token of the server", () => {
  it.each([
    ["empty", ""],
    ["of blanks", " ".repeat(20)],
    ["short", "hunter2"],
    ["of 15 characters", "a".repeat(15)],
    ["too long for a cookie", "a".repeat(257)],
    ["with a line's end", `${"a".repeat(20)}\n`],
  ])("is refused if it is %s, instead of opening the server", async (_, token) => {
    for (const host of ["127.0.0.1", "0.0.0.0"]) {
      const refused = await start({ host, token }).catch((error) => error);
      expect(refused).toMatchObject({ code: "E_SERVER_TOKEN", kind: "usage" });
      expect(refused.hint).toMatch(/make one: .*leave --token out/);
      if (token.trim() !== "") expect(refused.message).not.toContain(token);
    }
  });

  it("lets in by address, cookie and header, and nothing empty", async () => {
    const { local, port } = await start({ host: "0.0.0.0", token: TOKEN });
    const name = `ista-nas-token-${port}`;
    const shut: Readonly<Record<string, string>>[] = [
      {},
      { cookie: `${name}=` },
      { cookie: name },
      { cookie: `${name}=; ista-nas-token=` },
      { authorization: "" },
      { authorization: "Bearer " },
      { authorization: "Bearer" },
      { authorization: `Basic ${TOKEN}` },
    ];
    for (const headers of shut) expect(await statusOf(local, "/api/runs", headers), JSON.stringify(headers)).toBe(401);
    for (const path of ["/?token=", "/?token", "/?token=%00", "/?token=wrong"]) {
      expect(await statusOf(local, path), path).toBe(401);
    }
    expect(await statusOf(local, `/?token=${TOKEN}`)).toBe(302);
    const open: Readonly<Record<string, string>>[] = [
      { cookie: `${name}=${TOKEN}` },
      { cookie: `ista-nas-token=${TOKEN}` },
      { authorization: `Bearer ${TOKEN}` },
      { authorization: `Bearer ${TOKEN}`, cookie: `${name}=of-another-day-and-time` },
    ];
    for (const headers of open) expect(await statusOf(local, "/api/runs", headers), JSON.stringify(headers)).toBe(200);
  });

  it("is made for an address that others reach, and a host without a name is refused", async () => {
    for (const host of ["", " "]) {
      await expect(start({ host })).rejects.toMatchObject({ code: "E_SERVER_ADDRESS", kind: "usage" });
    }
    const { local, address, port } = await start({ host: "0" });
    expect(new URL(address).searchParams.get("token")!.length).toBeGreaterThanOrEqual(20);
    expect(await statusOf(local, "/api/runs")).toBe(401);
    for (const host of [":", `:${port}`]) {
      expect([400, 403], host).toContain(await statusOf(local, "/api/runs", { host }));
    }
  });

  it("is kept apart from those of other servers of one host", async () => {
    const servers = [await start({ token: `${TOKEN}-1` }), await start({ token: `${TOKEN}-2` })];
    const jar = new Map<string, string>();
    for (const { address, local } of servers) {
      const { search } = new URL(address);
      const led = await rawRequest(local, `/${search}`);
      const [name, value] = led.headers["set-cookie"]![0]!.split(";")[0]!.split("=");
      jar.set(name!, value!);
      await bodyOf(led);
    }
    const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    for (const { local } of servers) expect(await statusOf(local, "/api/runs", { cookie })).toBe(200);
  });
});
