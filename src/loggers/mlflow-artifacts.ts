/** @file The files of a finished run on an MLflow server: through the server, or in its folder if it is a server of this machine. */
import { mkdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemReason, writeWholeFile } from "../files/index.ts";
import type { RunFolder } from "../store/index.ts";
import { type MlflowClient, MlflowFailure } from "./mlflow-client.ts";
import type { RunPicture } from "./run-pictures.ts";

/** Where files of a run go. */
export type ArtifactPlace =
  /** `path` begins at the server's address. */
  | { readonly kind: "server"; readonly path: string }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "none"; readonly reason: string };

/** Files that are handed over of a finished run, where it has them. */
const FILES: readonly string[] = [
  "model.onnx",
  "labels.txt",
  "README.md",
  "config.json",
  "summary.json",
  "genotype.json",
  "results.csv",
  "cells.svg",
];

const PROXY = "mlflow-artifacts";

/** `address`: of the server; `artifactUri`: what it says of the run `runId`. */
export function artifactPlace(address: string, artifactUri: string, runId: string): ArtifactPlace {
  const { host, hostname } = new URL(address);
  const place = URL.canParse(artifactUri) ? new URL(artifactUri) : null;
  if (place?.protocol === `${PROXY}:`) {
    if (place.host !== "" && place.host !== host) return none("they belong on another server");
    return { kind: "server", path: `/api/2.0/${PROXY}/artifacts${place.pathname}` };
  }
  const path = place?.protocol === "file:" ? localPath(place) : isAbsolute(artifactUri) ? artifactUri : null;
  if (path === null)
    return none(place === null ? "the server does not say where" : `they belong at ${place.protocol}//`);
  if (!isLoopback(hostname)) return none("they belong into a folder of another machine");
  // As the server makes its folders: it names no other ones of this machine.
  if (!path.replaceAll("\\", "/").endsWith(`/${runId}/artifacts`))
    return none("the server names a folder of another kind");
  return { kind: "folder", path };
}

/** Puts the files of `folder` and `pictures` there. Throws `MlflowFailure`. */
export async function putArtifacts(
  client: MlflowClient,
  place: Exclude<ArtifactPlace, { readonly kind: "none" }>,
  { folder, pictures }: { readonly folder: RunFolder; readonly pictures: readonly RunPicture[] },
  signal: AbortSignal,
): Promise<void> {
  const files = FILES.filter((name) => folder.has(name)).map((name) => [name, () => folder.read(name)] as const);
  const drawn = pictures.map(({ name, png }) => [`${name}.png`, () => Buffer.from(png)] as const);
  for (const [name, read] of [...files, ...drawn]) {
    if (place.kind === "server") await client.put(`${place.path}/${name}`, new Uint8Array(read()), signal);
    else writeInto(place.path, name, read());
  }
}

function writeInto(folder: string, name: string, bytes: Uint8Array): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeWholeFile(join(folder, name), bytes);
  } catch (cause) {
    throw new MlflowFailure(`cannot write ${join(folder, name)}: ${systemReason(cause)}`, { isLasting: true });
  }
}

function none(reason: string): ArtifactPlace {
  return { kind: "none", reason };
}

function localPath(url: URL): string | null {
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
