/** @file Replays the golden numbers of the other spaces: blocks and operations alone, then small networks of them. */
import type { Device } from "../../device/index.ts";
import { IstaNasError } from "../../error.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import { GOLDEN_NETWORKS } from "./golden-networks.ts";
import type { GoldenTensors } from "./golden-tensors.ts";
import { usingDevice } from "./using-device.ts";
import { verifySpaceNetwork } from "./verify-space-network.ts";
import { verifySpaceOperations } from "./verify-space-operations.ts";

/** Older folders of golden numbers lack it. */
export const SPACES_FILE = "spaces.safetensors";

/** Relative errors. The file was computed in float64 and rounded once to float32: for `reference` only that rounding is left. */
const LIMITS = { reference: 1e-7, wasm: 1e-4 } as const;

/** Every case and every network in the file is replayed. @throws E_VERIFY_FILE for one that this program does not know */
export async function verifySpaces(
  createDevice: () => Promise<Device>,
  golden: GoldenTensors,
  ledger: ErrorLedger,
): Promise<void> {
  const limit = await usingDevice(createDevice, async (device) => {
    const own = LIMITS[device.name];
    await verifySpaceOperations({ device, golden, ledger, group: "spaces", limit: own });
    return own;
  });
  for (const name of golden.names.flatMap((tensor) => /^network\/([^/]+)\/first\/loss$/.exec(tensor)?.[1] ?? [])) {
    const build = GOLDEN_NETWORKS.get(name);
    if (build === undefined) {
      throw new IstaNasError(
        `verify: ${golden.file}: got a network ${name}, expected ${[...GOLDEN_NETWORKS.keys()].join(", ")}`,
        {
          code: "E_VERIFY_FILE",
          kind: "usage",
          hint: "the file is of another version of this program, or was changed",
        },
      );
    }
    const [, imageChannels, height, width] = golden.get(`network/${name}/batch/0/image`).shape as readonly number[];
    const classCount = golden.get(`network/${name}/param/classifier.bias`).shape[0]!;
    const shape = { imageSize: { height: height!, width: width! }, imageChannels: imageChannels!, classCount };
    await verifySpaceNetwork({ createDevice, golden, ledger, limit }, name, build(shape));
  }
}
