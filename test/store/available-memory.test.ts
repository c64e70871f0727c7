import { expect, it } from "vitest";
import { availableMemory, type MemoryProbes, memoryLimit } from "../../src/store/index.ts";

const GIB = 2 ** 30;

/** A machine of 16 GiB, 8 of them free by the system's own word, with these files. */
function machine(files: Readonly<Record<string, string>>, change: Partial<MemoryProbes> = {}): MemoryProbes {
  return {
    platform: "linux",
    readText: (path) => files[path] ?? null,
    freeMemory: () => 8 * GIB,
    totalMemory: () => 16 * GIB,
    constrainedMemory: () => 0,
    ownMemory: () => GIB / 4,
    ...change,
  };
}

const MEMINFO = { "/proc/meminfo": "MemTotal:       16777216 kB\nMemFree:  1024 kB\nMemAvailable:   10485760 kB\n" };

it.each<[string, MemoryProbes, number, RegExp]>([
  ["what Linux has to spare, caches included", machine(MEMINFO), 10, /MemAvailable/],
  ["what the system calls free, elsewhere", machine({}, { platform: "win32" }), 8, /free memory/],
  ["the whole machine on macOS, where free leaves caches out", machine({}, { platform: "darwin" }), 16, /machine/],
  [
    "the limit of the process where nothing else tells",
    machine(MEMINFO, { constrainedMemory: () => 2 * GIB }),
    1.75,
    /process/,
  ],
  ["no limit larger than the machine", machine(MEMINFO, { constrainedMemory: () => 2 ** 64 }), 10, /MemAvailable/],
  [
    "what a control group of version 2 leaves, its old file pages given back",
    machine({
      ...MEMINFO,
      "/proc/self/cgroup": "0::/a/b\n",
      "/sys/fs/cgroup/a/b/memory.max": `${4 * GIB}\n`,
      "/sys/fs/cgroup/a/b/memory.current": `${3 * GIB}\n`,
      "/sys/fs/cgroup/a/b/memory.stat": `anon 5\nactive_file 7\ninactive_file ${GIB}\n`,
    }),
    2,
    /\/a\/b\/memory\.max/,
  ],
  [
    "a limit of a group above, under one without",
    machine({
      ...MEMINFO,
      "/proc/self/cgroup": "0::/a/b\n",
      "/sys/fs/cgroup/a/b/memory.max": "max\n",
      "/sys/fs/cgroup/a/b/memory.current": `${GIB}\n`,
      "/sys/fs/cgroup/a/memory.max": `${6 * GIB}\n`,
      "/sys/fs/cgroup/a/memory.current": `${5 * GIB}\n`,
    }),
    1,
    /cgroup\/a\/memory\.max/,
  ],
  [
    "version 1 inside of a container that does not see its own path",
    machine({
      ...MEMINFO,
      "/proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/docker/1234\n0::/\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": `${GIB}\n`,
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": `${GIB / 2}\n`,
      "/sys/fs/cgroup/memory/memory.stat": `inactive_file 0\ntotal_inactive_file ${GIB / 4}\n`,
    }),
    0.5,
    /memory\.limit_in_bytes/,
  ],
  [
    "nothing of a group that is over its limit",
    machine({
      ...MEMINFO,
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.max": `${GIB}\n`,
      "/sys/fs/cgroup/memory.current": `${2 * GIB}\n`,
    }),
    0,
    /memory\.max/,
  ],
])("is %s", (_, probes, gib, source) => {
  const available = availableMemory(probes);
  expect(available.bytes / GIB).toBe(gib);
  expect(available.source).toMatch(source);
});

it("is something on this machine, and less than all of it", () => {
  const { bytes } = availableMemory();
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(2 ** 50);
});

const group = (limit: string) => ({
  "/proc/self/cgroup": "0::/a\n",
  "/sys/fs/cgroup/a/memory.max": `${limit}\n`,
  "/sys/fs/cgroup/a/memory.current": `${GIB}\n`,
});

it.each<[string, MemoryProbes, number | null]>([
  ["none without one", machine(MEMINFO), null],
  ["that of a control group, whatever is taken of it", machine(group(`${4 * GIB}`)), 4 * GIB],
  ["none of a group without one", machine(group("max")), null],
  ["none larger than the machine", machine(group(`${2 ** 63}`)), null],
  ["the least of several", machine(group(`${4 * GIB}`), { constrainedMemory: () => 3 * GIB }), 3 * GIB],
])("the limit is %s", (_, probes, limit) => {
  expect(memoryLimit(probes)).toBe(limit);
});
