/** @file How image files are fitted to a model, as entries of its metadata: what src/data/fit.ts does, in words, and read again. */
import { FITS, type Fit, type Fitting } from "../../data/index.ts";
import { IstaNasError } from "../../error.ts";
import { parseJson } from "../../files/index.ts";

const SCALER = "Lanczos of 3 lobes to smaller, cubic to larger";

const WORDS: Readonly<Record<Fit, Readonly<Record<string, string>>>> = {
  crop: { resize: `cover: scaled until both sides are covered; ${SCALER}`, crop: "centre" },
  pad: { resize: `contain: scaled until both sides are within; ${SCALER}`, pad: "centre" },
  stretch: { resize: `stretch: each side scaled by itself; ${SCALER}` },
};

/** `fit`, `resize`, and `crop`, or `pad` and `pad_colour`. */
export function fittingEntries({ fit, padColour }: Fitting): Readonly<Record<string, string>> {
  return { fit, ...WORDS[fit], ...(fit === "pad" ? { pad_colour: JSON.stringify(padColour) } : {}) };
}

/**
 * What a file says of it; `crop` for one of an earlier version, which says nothing.
 * @throws E_ONNX_METADATA for a fit that is not known, or a colour that is none of so many channels
 */
export function readFitting({ fit: name, pad_colour }: Readonly<Record<string, string>>, channels: number): Fitting {
  const fit = name === undefined ? "crop" : FITS.find((known) => known === name);
  if (fit === undefined) throw metadataError("fit", name!, `one of ${FITS.join(", ")}`);
  if (fit !== "pad") return { fit, padColour: [] };
  const wrong = () => metadataError("pad_colour", pad_colour ?? "none", `a list of ${channels} from 0 to 255`);
  const padColour = parseJson(pad_colour ?? "", { wrong });
  if (!Array.isArray(padColour) || padColour.length !== channels || !padColour.every(isByte)) throw wrong();
  return { fit, padColour };
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function metadataError(key: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(`onnx: metadata ${key}: got ${got}, expected ${expected}`, {
    code: "E_ONNX_METADATA",
    kind: "usage",
    hint: "use a model that ista-nas wrote, or update ista-nas: a newer version may know it",
  });
}
