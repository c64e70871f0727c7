import { createReferenceDevice, createWasmDevice } from "../../src/device/index.ts";
import { describeCaseCoverage, describeDeviceAgreement } from "./device-agreement.ts";
import { describeDeviceContract } from "./device-contract.ts";

describeCaseCoverage();

describeDeviceContract("reference", async () => createReferenceDevice());
describeDeviceAgreement("reference", [async () => createReferenceDevice()]);

describeDeviceContract("wasm", () => createWasmDevice({ threads: 2 }));
describeDeviceAgreement(
  "wasm",
  [1, 2, 3].map((threads) => () => createWasmDevice({ threads })),
);
