/** @file `ista-nas verify`: replays golden numbers of PyTorch and scikit-learn on this machine, on each arithmetic that it has. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { countOf } from "../../count-of.ts";
import { availableArithmetics, createReferenceDevice, createWasmDevice, type Device } from "../../device/index.ts";
import { IstaNasError } from "../../error.ts";
import type { CommandInputs } from "../command.ts";
import { ErrorLedger, type LedgerRow } from "../verify/error-ledger.ts";
import { GoldenTensors, readGolden } from "../verify/golden-tensors.ts";
import { usingDevice } from "../verify/using-device.ts";
import { AUGMENTATION_FILE, verifyAugmentation } from "../verify/verify-augmentation.ts";
import { verifyNetwork } from "../verify/verify-network.ts";
import { verifyOperations } from "../verify/verify-operations.ts";
import { SPACES_FILE, verifySpaces } from "../verify/verify-spaces.ts";
import { verifySparse } from "../verify/verify-sparse.ts";
import { UPDATE_FILES, verifyUpdates } from "../verify/verify-updates.ts";

/** Numbers that ship with the package. */
const BUILT_IN = fileURLToPath(new URL("../../../test/golden/", import.meta.url));
/** Relative error of an operation: float64 against float32 files, and float32 against float32. */
const OPERATION_LIMITS = { reference: 1e-6, wasm: 1e-4 } as const;
const NETWORK_LIMIT = 1e-4;
/** What is in a file that may be missing. */
const OF_FILES: Readonly<Record<string, string>> = {
  [SPACES_FILE]: "blocks, operations and networks of the other spaces",
  "strategies.json": "update rules of strategies",
  "atom.json": "prices and dead channels of AtomNAS",
  "once-for-all.json": "windows, channels and steps of Once-for-All",
  "mtl.json": "gates and steps of MTL-NAS",
  [AUGMENTATION_FILE]: "boxes and colours of augmentation",
  "imagenet.json": "the stem and the steps of the ImageNet setting",
};

export async function verify({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const folder = positional[0] ?? BUILT_IN;
  const operations = new GoldenTensors(folder, "operations.safetensors");
  const network = new GoldenTensors(folder, "network.safetensors");
  // Folders of golden numbers that were made by earlier versions lack some; the built-in one must not.
  const missing = [SPACES_FILE, ...UPDATE_FILES, AUGMENTATION_FILE].filter((file) => !existsSync(join(folder, file)));
  if (positional[0] === undefined) for (const file of missing) readGolden(folder, file);
  const spaces = GoldenTensors.ifThere(folder, SPACES_FILE);
  const withoutDevice = new ErrorLedger();
  verifySparse(folder, withoutDevice);
  if (!missing.includes(AUGMENTATION_FILE)) verifyAugmentation(folder, withoutDevice);
  const rows = [...withoutDevice.rows];
  const wanted = flags.device ?? "both";
  const devices: (readonly [title: string, createDevice: () => Promise<Device>])[] = [];
  if (wanted !== "wasm") devices.push(["reference", async () => createReferenceDevice()]);
  if (wanted !== "reference") {
    for (const arithmetic of availableArithmetics()) {
      devices.push([`wasm (${arithmetic})`, () => createWasmDevice({ threads: flags.threads ?? "auto", arithmetic })]);
    }
  }
  for (const [title, createDevice] of devices) {
    const ledger = new ErrorLedger();
    await usingDevice(createDevice, (device) =>
      verifyOperations(device, operations, ledger, OPERATION_LIMITS[device.name]),
    );
    await verifyNetwork(createDevice, network, ledger, NETWORK_LIMIT);
    if (spaces !== null) await verifySpaces(createDevice, spaces, ledger);
    await verifyUpdates(createDevice, folder, ledger);
    rows.push(...ledger.rows.map((row) => ({ ...row, group: row.group.replace(/^[^:]+/, title) })));
  }
  for (const line of formatRows(rows)) terminal.line(line);
  for (const file of missing) terminal.line(`${file} is not there: ${OF_FILES[file]} were not replayed`);
  terminal.result({ folder, groups: rows, missing });
  const failures = rows.flatMap((row) => row.failures.map((failure) => `${row.group}: ${failure}`));
  if (failures.length > 0) {
    const more = failures.length > 5 ? ` and ${failures.length - 5} more` : "";
    throw new IstaNasError(
      `verify: ${countOf(failures.length, "number is", "numbers are")} off: ${failures.slice(0, 5).join("; ")}${more}`,
      {
        code: "E_VERIFY_FAILED",
        hint: "either the folder was changed or this machine computes differently: please report it with the lines above",
      },
    );
  }
  const total = rows.reduce((sum, row) => sum + row.comparisons, 0);
  terminal.line(`all ${total} comparisons are within their limits`);
}

function formatRows(rows: readonly LedgerRow[]): readonly string[] {
  const width = Math.max(...rows.map((row) => row.group.length));
  return [
    `${"group".padEnd(width)}  compared   worst    limit    worst case`,
    ...rows.map((row) => {
      const numbers = [String(row.comparisons).padStart(8), row.worst.toExponential(1), row.limit.toExponential(0)];
      return `${row.group.padEnd(width)}  ${numbers.map((text) => text.padEnd(8)).join(" ")} ${row.worst === 0 ? "-" : row.worstCase}`;
    }),
  ];
}
