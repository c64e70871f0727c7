import { availableArithmetics, createReferenceDevice, createWasmDevice } from "../../src/device/index.ts";
import { describeCaseCoverage, describeDeviceAgreement } from "./device-agreement.ts";
import { describeDeviceContract } from "./device-contract.ts";
import { describeDeviceConventions } from "./device-conventions.ts";

describeCaseCoverage();

const FACTORIES = [
  ["reference", async () => createReferenceDevice()],
  ...availableArithmetics().map(
    (arithmetic) => [`wasm (${arithmetic})`, () => createWasmDevice({ threads: 2, arithmetic })] as const,
  ),
] as const;

for (const [name, create] of FACTORIES) {
  describeDeviceContract(name, create);
  describeDeviceConventions(name, create);
}

describeDeviceAgreement("reference", [async () => createReferenceDevice()]);
for (const arithmetic of availableArithmetics()) {
  describeDeviceAgreement(
    `wasm (${arithmetic})`,
    [1, 2, 3].map((threads) => () => createWasmDevice({ threads, arithmetic })),
  );
}
