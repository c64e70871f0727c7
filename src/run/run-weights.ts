/** @file The weights of a finished run, checked against its network before there is a device for them. */
import { IstaNasError } from "../error.ts";
import { inferencePass, type NetworkBuilder, parameterCount } from "../network/index.ts";
import { decodeSafetensors, type RunFolder, type StoredTensor } from "../store/index.ts";

const FILE = "weights.safetensors";
/** Bytes of the file for each weight, float64 at most, and of all that describes them. */
const BYTES_PER_WEIGHT = 8;
const DESCRIPTION_BYTES = 2 ** 25;

/** Throws `E_RUN_WEIGHTS` for a tensor that is missing or has another shape than in the network of `build`, and what reading the file throws. */
export function readRunWeights(folder: RunFolder, build: NetworkBuilder): ReadonlyMap<string, StoredTensor> {
  const network = build(inferencePass());
  const specs = [...network.parameters, ...network.runningStatistics];
  const { tensors } = decodeSafetensors(
    folder.read(FILE, BYTES_PER_WEIGHT * parameterCount(specs) + DESCRIPTION_BYTES),
  );
  for (const { name, shape } of specs) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw misfit(folder, `lacks ${name}, expected [${shape.join(", ")}]`);
    if (tensor.shape.join() !== shape.join()) {
      throw misfit(folder, `${name} has shape [${tensor.shape.join(", ")}], expected [${shape.join(", ")}]`);
    }
  }
  return tensors;
}

function misfit(folder: RunFolder, what: string): IstaNasError {
  return new IstaNasError(`run ${folder.name}: ${FILE}: ${what} as config.json and genotype.json say`, {
    code: "E_RUN_WEIGHTS",
    hint: "the three files are not of the same run: bring back those that were exchanged",
  });
}
