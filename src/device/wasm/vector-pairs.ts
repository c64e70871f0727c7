/**
 * @file Whether the JavaScript engine can join pairs of neighbouring 128-bit operations into one of 256 bits: V8 from Node 24 on, on
 * x64. Where it cannot, some kernels are faster if they keep fewer vectors in flight; the bits are the same.
 */

export function canJoinVectorPairs(): boolean {
  return process.arch === "x64" && Number(process.versions.node.split(".")[0]) >= 24;
}
