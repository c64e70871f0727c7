import { defineConfig } from "vitest/config";

/** Faults take minutes: they run by themselves, with `npm run faults`. */
export default defineConfig({
  test: {
    include: ["test/faults/*.fault.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    reporters: ["verbose"],
  },
}) as unknown;
