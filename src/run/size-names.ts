/** @file What options of a network's size are called where a run has networks of several sizes. */

/** Of the trained network: `retrainCells`. */
export function retrainName(name: string): string {
  return prefixed("retrain", name);
}

/** Of the networks that a search compares architectures in: `proxyCells`. */
export function proxyName(name: string): string {
  return prefixed("proxy", name);
}

function prefixed(prefix: string, name: string): string {
  return `${prefix}${name[0]!.toUpperCase()}${name.slice(1)}`;
}
