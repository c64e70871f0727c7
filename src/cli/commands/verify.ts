/** @file `ista-nas verify`: replays golden numbers of PyTorch and scikit-learn on this machine, on each arithmetic that it has. */

import { fileURLToPath } from "node:url";
import { countOf } from "../../count-of.ts";
import { availableArithmetics, createReferenceDevice, createWasmDevice, type Device } from "../../device/index.ts";
import { IstaNasError } from "../../error.ts";
import type { CommandInputs } from "../command.ts";
import { ErrorLedger, type LedgerRow } from "../verify/error-ledger.ts";
import { GoldenTensors } from "../verify/golden-tensors.ts";
import { usingDevice } from "../verify/using-device.ts";
import { verifyNetwork } from "../verify/verify-network.ts";
import { verifyOperations } from "../verify/verify-operations.ts";
import { SPACES_FILE, verifySpaces } from "../verify/verify-spaces.ts";
import { verifySparse } from "../verify/verify-sparse.ts";

/** Numbers that ship with the package. */
const BUILT_IN = fileURLToPath(new URL("../../../test/golden/", import.meta.url));
/** Relative error of an operation: float64 against float32 files, and float32 against float32. */
const OPERATION_LIMITS = { reference: 1e-6, wasm: 1e-4 } as const;
const NETWORK_LIMIT = 1e-4;

export async function verify({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const folder = positional[0] ?? BUILT_IN;
  const operations = new GoldenTensors(folder, "operations.safetensors");
  const network = new GoldenTensors(folder, "network.safetensors");
  // Folders of golden numbers from before there was more than one space lack it; the built-in one must not.
  const spaces =
    positional[0] === undefined ? new GoldenTensors(folder, SPACES_FILE) : GoldenTensors.ifThere(folder, SPACES_FILE);
  const withoutDevice = new ErrorLedger();
  verifySparse(folder, withoutDevice);
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
    rows.push(...ledger.rows.map((row) => ({ ...row, group: row.group.replace(/^[^:]+/, title) })));
  }
  for (const line of formatRows(rows)) terminal.line(line);
  if (spaces === null) {
    terminal.line(`${SPACES_FILE} is not there: blocks, operations and networks of the other spaces were not replayed`);
  }
  terminal.result({ folder, groups: rows, missing: spaces === null ? [SPACES_FILE] : [] });
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
