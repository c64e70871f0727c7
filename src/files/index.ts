export { compareCodePoints } from "./code-point-order.ts";
export { decodeFileName, toSystemPath } from "./file-name.ts";
export { isPrintable, printableJson, printableName, printableText } from "./printable-name.ts";
export { judgeProcess, type ProcessIdentity, type ProcessState, thisProcess } from "./process-identity.ts";
export { RegularFile, systemReason, UnreadableFile } from "./regular-file.ts";
export { sha256 } from "./sha256.ts";
export { clearLeftovers } from "./temporary-file.ts";
export { findNamedPlace, writeNamedFile } from "./write-named-file.ts";
export { writeWholeFile, writeWholeFileInParts } from "./write-whole-file.ts";
