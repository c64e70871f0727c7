/**
 * @file What may be asked for at most, by a flag or by a file: each far beyond published research, and checked before anything is built. What fits
 * these and not the memory of the machine is refused where a run is planned.
 */

/** Largest legal values; flags, `config.json`, genotypes and model files share them. */
export const BOUNDS = {
  /** Width of the first cells. Published: 16 to 48, and 200 for the widest of DARTS's successors. */
  channels: 2048,
  /** Cells of a network. Published: 8 to 20. */
  cells: 128,
  /** Intermediate nodes of a cell. Published: 4 to 5. */
  nodes: 32,
  /** Entries that a node keeps. Published: 2; a search keeps 14 at most. */
  picks: 32,
  /** Pixels on a side of images that are used as they are. ImageNet: 224. */
  imageSide: 1024,
  /** Pixels on a side of images that are resized. */
  resizedSide: 512,
  /** Classes, whose numbers have 16 bits. ImageNet-21k has 21,841. */
  classes: 65_536,
  /** Sets of classes that images are told apart by at once. Published: 2 to 40, the attributes of CelebA. */
  tasks: 64,
  /** Images of a data set, whose numbers have 31 bits. */
  images: 2_147_483_647,
  /** Images a step. The largest published for ImageNet: 32,768. */
  batch: 65_536,
  /** Epochs of search or training. Published: 50 to 1500. */
  epochs: 100_000,
  /** Length of a measurement. A node has 14 to 35 candidates, and more measurements than candidates say nothing new. */
  measurements: 1024,
  /** Checkpoints that stay. */
  checkpoints: 10_000,
  /** Rows and columns of a dictionary that is handed over: its Gram matrix takes 512 MiB. */
  dictionary: 8192,
} as const;
