import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { runCommand } from "./command-line.ts";

const STOPPED = fileURLToPath(new URL("../golden/runs/format-2", import.meta.url));

/** Whether a small disk could be mounted at `path`: root alone may, and not in every container. */
function mounted(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

it("fault: resume on a full disk says that there is no space, and goes on once there is", async (context) => {
  const cwd = temporaryFolder();
  const disk = join(cwd, "disk");
  mkdirSync(disk);
  if (!mounted(disk)) return context.skip("needs the right to mount a disk");
  try {
    cpSync(STOPPED, join(disk, "run"), { recursive: true });
    const fill = () => {
      for (;;) appendFileSync(join(disk, "other"), Buffer.alloc(4096));
    };
    expect(fill).toThrow(/ENOSPC/);
    const full = await runCommand(cwd, ["resume", "disk/run"]);
    expect(full.status).toBe(1);
    expect(full.error).toMatch(/^error: .*ENOSPC: no space left on device.*\nhint: make room on the disk/m);
    rmSync(join(disk, "other"));
    const again = await runCommand(cwd, ["resume", "disk/run"]);
    expect(again.status, again.error).toBe(0);
  } finally {
    execFileSync("umount", [disk]);
  }
});
