/** @file Replays the golden numbers of what strategies do to weights and logits, and of the ImageNet setting. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Device } from "../../device/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import { goldenJson } from "./golden-json.ts";
import { nestedSchema } from "./nested-chain.ts";
import { atomSchema, replayAtom } from "./replay-atom.ts";
import { imagenetSchema, replayImagenet } from "./replay-imagenet.ts";
import { mtlSchema, replayMtl } from "./replay-mtl.ts";
import { replayOnceForAll } from "./replay-once-for-all.ts";
import { replayRivals, rivalsSchema } from "./replay-rivals.ts";
import { usingDevice } from "./using-device.ts";

/** Relative errors. All were computed in float64. */
const LIMITS = { reference: 1e-6, wasm: 2e-5 } as const;
const IMAGENET_LIMITS = { reference: 1e-8, wasm: 1e-4 } as const;

const REPLAYS: Readonly<
  Record<string, (createDevice: () => Promise<Device>, folder: string, ledger: ErrorLedger) => Promise<void>>
> = {
  "strategies.json": (createDevice, folder, ledger) => {
    const golden = goldenJson(rivalsSchema, folder, "strategies.json");
    return usingDevice(createDevice, (device) => replayRivals(device, golden, ledger, LIMITS[device.name]));
  },
  "atom.json": (createDevice, folder, ledger) => {
    const golden = goldenJson(atomSchema, folder, "atom.json");
    return usingDevice(createDevice, (device) => replayAtom(device, golden, ledger, LIMITS[device.name]));
  },
  "once-for-all.json": (createDevice, folder, ledger) => {
    const golden = goldenJson(nestedSchema, folder, "once-for-all.json");
    return usingDevice(createDevice, (device) => replayOnceForAll(device, golden, ledger, LIMITS[device.name]));
  },
  "mtl.json": (createDevice, folder, ledger) => {
    const golden = goldenJson(mtlSchema, folder, "mtl.json");
    return usingDevice(createDevice, (device) => replayMtl(device, golden, ledger, LIMITS[device.name]));
  },
  "imagenet.json": (createDevice, folder, ledger) => {
    return replayImagenet(createDevice, goldenJson(imagenetSchema, folder, "imagenet.json"), ledger, IMAGENET_LIMITS);
  },
};

/** Older folders of golden numbers lack some of them. */
export const UPDATE_FILES: readonly string[] = Object.keys(REPLAYS);

/** Those of the files that are in `folder`. @throws E_VERIFY_FILE for one that is of another form */
export async function verifyUpdates(
  createDevice: () => Promise<Device>,
  folder: string,
  ledger: ErrorLedger,
): Promise<void> {
  for (const [file, replay] of Object.entries(REPLAYS)) {
    if (existsSync(join(folder, file))) await replay(createDevice, folder, ledger);
  }
}
