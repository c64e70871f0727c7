/**
 * @file How kernels add a product to a sum: `separate` rounds the product and then the sum, `fused` rounds once. Both have the same bits on every
 * machine that has them, and not those of each other, so a run keeps to one. The fused build asks for `f32x4.relaxed_madd`, whose rounding is the
 * processor's choice: once on x64 with FMA3 and on ARM64, twice elsewhere. So it is used only where a case whose last bit differs
 * comes out fused.
 */
import { setFlagsFromString } from "node:v8";
import { IstaNasError } from "../../error.ts";
import { type WasmModule, webAssembly } from "./web-assembly.ts";

export const ARITHMETICS = ["fused", "separate"] as const;

export type Arithmetic = (typeof ARITHMETICS)[number];

export interface FusedArithmetic {
  readonly available: boolean;
  /** Why it is not available; null if it is. */
  readonly reason: string | null;
}

/** Node 20 has the instruction behind this switch; later versions without. */
const SWITCH = "--experimental-wasm-relaxed-simd";

/** `(a, b, c)` to lane 0 of `f32x4.relaxed_madd`, all three splat. */
const PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7d, 0x7d, 0x7d, 0x01, 0x7d],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  ...[0x0a, 0x16, 0x01, 0x14, 0x00],
  ...[0x20, 0x00, 0xfd, 0x13, 0x20, 0x01, 0xfd, 0x13, 0x20, 0x02, 0xfd, 0x13],
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0x00, 0x0b],
);

/** Its square is 1 + 2^-11 + 2^-24, of which float32 keeps all but the last bit. */
const FACTOR = 1 + 2 ** -12;
const TERM = -(1 + 2 ** -11);
const FUSED_RESULT = 2 ** -24;

let settled: FusedArithmetic | null = null;

/** Whether this engine on this processor fuses. Decided once a process, before kernels are compiled: on Node 20 it turns the switch on. Never throws. */
export function fusedArithmetic(): FusedArithmetic {
  settled ??= probe();
  return settled;
}

/** What new runs use unless they are told. */
export function defaultArithmetic(): Arithmetic {
  return fusedArithmetic().available ? "fused" : "separate";
}

/** The arithmetics of this machine. */
export function availableArithmetics(): readonly Arithmetic[] {
  return fusedArithmetic().available ? ARITHMETICS : ["separate"];
}

/** Throws `E_DEVICE_ARITHMETIC` if this machine does not compute so. */
export function assertArithmetic(arithmetic: Arithmetic): void {
  if (arithmetic === "separate") return;
  const { reason } = fusedArithmetic();
  if (reason === null) return;
  throw new IstaNasError(`wasm device, arithmetic: got fused, expected separate on this machine: ${reason}`, {
    code: "E_DEVICE_ARITHMETIC",
    hint: "use a processor with fused multiply-add (x64 with FMA3, ARM64) and a Node that has it; a new run can be --arithmetic separate",
  });
}

function probe(): FusedArithmetic {
  const module = compiledProbe();
  if (module === null) return without(`Node ${process.versions.node} has no relaxed SIMD`);
  const result = new webAssembly.Instance(module, {}).exports["f"]!(FACTOR, FACTOR, TERM);
  if (result === FUSED_RESULT) return { available: true, reason: null };
  return without("its products are rounded before they are added");
}

/** Null where the engine does not know the instruction, or knows no WebAssembly. */
function compiledProbe(): WasmModule | null {
  try {
    if (Number.parseInt(process.versions.node, 10) === 20) setFlagsFromString(SWITCH);
    return new webAssembly.Module(PROBE);
  } catch {
    return null;
  }
}

function without(reason: string): FusedArithmetic {
  return { available: false, reason };
}
