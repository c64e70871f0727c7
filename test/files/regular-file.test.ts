import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RegularFile } from "../../src/files/regular-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("regular file", () => {
  it("follows a link only where it may", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "secret.txt"), "secret");
    symlinkSync(join(folder, "secret.txt"), join(folder, "labels.txt"));
    expect(Buffer.from(RegularFile.open(join(folder, "labels.txt"), "followed").read()).toString()).toBe("secret");
    expect(() => RegularFile.open(join(folder, "labels.txt"), "refused")).toThrow("is a symbolic link, not a file");
  });
});
