import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ErrorLedger } from "../../../src/cli/verify/error-ledger.ts";
import { GOLDEN_NETWORKS } from "../../../src/cli/verify/golden-networks.ts";
import { GoldenTensors } from "../../../src/cli/verify/golden-tensors.ts";
import { SPACES_FILE, verifySpaces } from "../../../src/cli/verify/verify-spaces.ts";
import { availableArithmetics, createReferenceDevice, createWasmDevice } from "../../../src/device/index.ts";
import { BLOCKS } from "../../../src/spaces/mobile/index.ts";
import { OPERATIONS } from "../../../src/spaces/nas-bench-201/index.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../../src/store/index.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

const BUILT_IN = fileURLToPath(new URL("../../golden", import.meta.url));
const { tensors } = decodeSafetensors(readFileSync(join(BUILT_IN, SPACES_FILE)));

const DEVICES = [
  ["reference", "float64", async () => createReferenceDevice()],
  ...availableArithmetics().map(
    (arithmetic) => ["wasm", arithmetic, () => createWasmDevice({ threads: 2, arithmetic })] as const,
  ),
] as const;

/** The golden tensors that `chosen` names, as `change` leaves them. */
function golden(chosen: (name: string) => boolean, change: (name: string, tensor: StoredTensor) => void = () => {}) {
  const folder = temporaryFolder();
  const kept = new Map<string, StoredTensor>();
  for (const [name, { shape, data }] of tensors) {
    if (!chosen(name)) continue;
    const tensor = { shape, data: data.slice() };
    change(name, tensor);
    kept.set(name, tensor);
  }
  writeFileSync(join(folder, SPACES_FILE), encodeSafetensors(kept));
  return new GoldenTensors(folder, SPACES_FILE);
}

it("the file holds every block, operation, reduction and network, and no other", () => {
  const cases = [...tensors.keys()].flatMap((name) => /^(.*)\/cotangent$/.exec(name)?.[1] ?? []);
  const places = ["stride1/affine/5x7", "stride2/affine/6x5", "stride2/plain/5x4"];
  const convolutions = ["nor_conv_1x1", "nor_conv_3x3"];
  const others = OPERATIONS.filter((operation) => operation !== "none" && !convolutions.includes(operation));
  expect([...cases].sort()).toEqual(
    [
      ...BLOCKS.flatMap((block) => places.map((place) => `mobile/${block}/${place}`)),
      "mobile/first/5x7",
      ...convolutions.flatMap((name) => ["affine/5x7", "plain/6x4"].map((place) => `nas-bench-201/${name}/${place}`)),
      ...others.map((operation) => `nas-bench-201/${operation}/plain/5x7`),
      ...["residual", "pool"].flatMap((name) => ["5x7", "6x4", "6x5"].map((size) => `nas-bench-201/${name}/${size}`)),
    ].sort(),
  );
  const networks = [...tensors.keys()].flatMap((name) => /^network\/(.*)\/first\/loss$/.exec(name)?.[1] ?? []);
  expect(networks).toEqual([...GOLDEN_NETWORKS.keys()]);
});

describe.each(DEVICES)("verifySpaces on the %s device (%s)", (device, _, createDevice) => {
  const verified = async (file: GoldenTensors) => {
    const ledger = new ErrorLedger();
    await verifySpaces(createDevice, file, ledger);
    return ledger.rows;
  };

  it("agrees with PyTorch in every number of the file", async () => {
    const rows = await verified(new GoldenTensors(BUILT_IN, SPACES_FILE));
    expect(rows.flatMap(({ failures }) => failures)).toEqual([]);
    const compared = rows.map(({ group, comparisons }) => [group.replace(`${device}: spaces, `, ""), comparisons]);
    const count = (pattern: RegExp) => [...tensors.keys()].filter((name) => pattern.test(name)).length;
    expect(Object.fromEntries(compared)).toEqual({
      forward: count(/\/cotangent$/),
      backward: count(/^(?!network\/).*\/grad\//),
      "running statistics": count(/\/buffer\//),
      inference: count(/\/output_eval$/),
      "logits and loss": count(/\/first\/(logits|loss)$/),
      gradients: count(/\/first\/grad\//),
      trajectory: count(/^network\/[^/]+\/(trajectory|final)\//),
    });
  });

  it.each([
    ["mobile/mb6_7x7/stride2/plain/5x4/output", "forward"],
    ["mobile/mb3_3x3/stride1/affine/5x7/grad/filter.depthwise", "backward"],
    ["nas-bench-201/residual/6x5/grad/input", "backward"],
    ["nas-bench-201/nor_conv_3x3/plain/6x4/buffer/norm.runningVariance", "running statistics"],
    ["nas-bench-201/avg_pool_3x3/plain/5x7/output_eval", "inference"],
    ["network/nas-bench-201/first/logits", "logits and loss"],
    ["network/mobile-super-net/first/grad/mixture/stage0.layer1", "gradients"],
    ["network/nas-bench-201-super-net/trajectory/loss", "trajectory"],
    ["network/mobile/final/stage1.layer1.mb3_7x7.project.pointwise", "trajectory"],
  ])("finds one number of %s that is off", async (changed, group) => {
    const [space, name] = changed.split("/");
    const file = golden(
      (tensor) => tensor.startsWith(`${space}/${name}/`),
      (tensor, { data }) => {
        if (tensor === changed) data[data.length - 1]! += 1e-3 * Math.max(...data.map(Math.abs));
      },
    );
    const wrong = (await verified(file)).filter(({ failures }) => failures.length > 0);
    expect(wrong.map((row) => [row.group, row.failures.length])).toEqual([[`${device}: spaces, ${group}`, 1]]);
  });
});

describe("verifySpaces", () => {
  it.each([
    ["mobile/mb3_3x3/", "mobile/mb9_3x3/", /got a case mobile\/mb9_3x3\/stride1/],
    ["network/mobile/", "network/chain/", /got a network chain, expected mobile, mobile-super-net/],
  ])("refuses what no space knows: %s as %s", async (prefix, other, message) => {
    const folder = temporaryFolder();
    const renamed = [...tensors].filter(([name]) => name.startsWith(prefix));
    const file = new Map(renamed.map(([name, tensor]) => [name.replace(prefix, other), tensor]));
    writeFileSync(join(folder, SPACES_FILE), encodeSafetensors(file));
    const run = verifySpaces(DEVICES[0][2], new GoldenTensors(folder, SPACES_FILE), new ErrorLedger());
    await expect(run).rejects.toMatchObject({ code: "E_VERIFY_FILE", message: expect.stringMatching(message) });
  });
});
