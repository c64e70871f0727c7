/** @file The list of commands, in the order of the help. */
import type { Command } from "../command.ts";
import { SHELLS } from "../completion/shells.ts";
import { DATA_FLAGS, retrainFlags, searchFlags, spaceFlags, TRAINING_FLAGS } from "../flag-lists.ts";
import { flagsOfStudies } from "../study/flags-of-studies.ts";

const DATA = {
  name: "data",
  description:
    "`demo`; a folder of class folders (or of train/, val/ and test/ with them), of images with metadata.csv, of Parquet, of IDX files, or of CIFAR batches; an archive of one; or a .csv, .tsv, .npz or .parquet",
  words: ["demo"],
};
const RUN_OR_MODEL = { name: "model", description: "a run folder or an .onnx file" };

export const COMMANDS: readonly Command[] = [
  {
    name: "search",
    summary: "find a network for labelled images, train it and export it",
    arguments: [DATA],
    flags: (parts) => [
      ...searchFlags(parts),
      ...["settledEpochs", "afterwards", "retrainEpochs", ...retrainFlags(parts), ...Object.keys(parts.proxyMacro)],
      ...TRAINING_FLAGS,
      ...DATA_FLAGS,
      "imageMemory",
      "verdict",
      "open",
      "json",
      "quiet",
    ],
    takesParts: true,
    keepsFolder: true,
    examples: [
      "ista-nas search demo",
      "ista-nas search demo --open",
      "ista-nas search demo --verdict",
      "ista-nas search photos/ --time 20m",
      "ista-nas search cifar-10/ --preset cifar10 --seed 2",
    ],
    loadLeavesOut: async () => (await import("../config/leaves-out.ts")).searchLeavesOut,
    load: async () => (await import("./search.ts")).search,
  },
  {
    name: "study",
    summary:
      "compare runs in a table: many settings and seeds, with intervals; or what the scores of searches are worth",
    arguments: [
      {
        name: "study",
        words: ["rivals", "dictionaries", "epsilon", "rank"],
        description:
          "a file with settings, axes and seeds (./study.json), or by name: rivals: every strategy and baseline of the space at one budget; dictionaries: two-stage search with each kind of dictionary; epsilon: one-stage search under each freeze rule, for 30 epochs at most by default; rank: how well scores with the shared weights of a search, by every strategy that has such or those of --strategy (several by commas), rank architectures that are trained alone or have published results",
      },
      DATA,
    ],
    flags: flagsOfStudies,
    keepsFolder: true,
    examples: [
      "ista-nas study rivals demo --time 3m --seeds 5",
      "ista-nas study ./study.json photos/ --jobs 4 --dry-run",
      "ista-nas study epsilon demo",
      "ista-nas study epsilon photos/ --max-search-epochs 60 --out studies/photos",
      "ista-nas study rank demo --strategy two-stage,measured --architectures 20 --alone-epochs 5",
      "ista-nas study rank cifar-10/ --space nas-bench-201 --seed 2",
    ],
    loadLeavesOut: async () => (await import("../config/leaves-out.ts")).studyLeavesOut,
    load: async () => (await import("./study.ts")).study,
  },
  {
    name: "train",
    summary: "train an architecture from scratch",
    arguments: [
      { name: "architecture", description: "a file, a run folder, or a baseline such as ISTA_twostage" },
      DATA,
    ],
    flags: (parts) => [
      ...[...spaceFlags(parts), "preset", ...Object.keys(parts.macro), "epochs", "batch", "learningRate"],
      ...TRAINING_FLAGS,
      ...DATA_FLAGS,
      "imageMemory",
      "json",
      "quiet",
    ],
    takesParts: true,
    keepsFolder: true,
    examples: [
      "ista-nas train ISTA_twostage photos/",
      "ista-nas train runs/demo-two-stage-seed1 demo --epochs 30 --seed 2",
    ],
    loadLeavesOut: async () => (await import("../config/leaves-out.ts")).trainLeavesOut,
    load: async () => (await import("./train.ts")).train,
  },
  {
    name: "resume",
    summary: "go on with a run that was stopped, to the same result",
    arguments: [{ name: "run", description: "its folder" }],
    flags: ["with", "data", "takeOver", "mlflowUri", "space", "strategy", "threads", "imageMemory", "json", "quiet"],
    keepsFolder: true,
    examples: [
      "ista-nas resume runs/demo-two-stage-seed1",
      "ista-nas resume runs/photos-two-stage-seed1 --with retrain-epochs=200",
      "ista-nas resume runs/photos-two-stage-seed1 --data /media/disk/photos",
    ],
    load: async () => (await import("./resume.ts")).resume,
  },
  {
    name: "specialise",
    summary: "choose another network within other limits, in seconds, from a finished once-for-all run",
    arguments: [{ name: "run", description: "its folder" }],
    flags: [
      ...["maxMacs", "maxMilliseconds", "maxParameters", "out", "data"],
      ...["space", "strategy", "threads", "imageMemory", "json", "quiet"],
    ],
    keepsFolder: true,
    examples: [
      "ista-nas specialise runs/demo-mobile-once-for-all-seed1 --max-macs 400000",
      "ista-nas specialise runs/photos-mobile-once-for-all-seed1 --max-milliseconds 0.5 --out runs/photos-fast",
    ],
    load: async () => (await import("./specialise.ts")).specialise,
  },
  {
    name: "verdict",
    summary: "does searching pay: train what no search has to find for as long as a search took, and compare",
    arguments: [{ name: "run", description: "the folder of a finished search" }],
    flags: ["random", "published", "data", "takeOver", "space", "strategy", "threads", "imageMemory", "json", "quiet"],
    keepsFolder: true,
    examples: [
      "ista-nas verdict runs/demo-two-stage-seed1",
      "ista-nas verdict runs/photos-two-stage-seed1 --random 5 --published",
    ],
    load: async () => (await import("./verdict.ts")).verdict,
  },
  {
    name: "log",
    summary: "write a run down for TensorBoard or MLflow, also one that was begun without",
    arguments: [{ name: "run", description: "the folder of a run that is not at work" }],
    flags: ["logTo", "mlflowUri", "mlflowExperiment", "json", "quiet"],
    keepsFolder: true,
    examples: [
      "ista-nas log runs/demo-two-stage-seed1 --to tensorboard",
      "ista-nas log runs/demo-two-stage-seed1 --to mlflow --mlflow-uri http://localhost:5000",
    ],
    load: async () => (await import("./log.ts")).log,
  },
  {
    name: "runs",
    summary: "list runs: which are finished, at work, stopped or failed, and how far they came",
    arguments: [{ name: "folder", description: "what holds the run folders (default: runs)", optional: true }],
    flags: ["json", "quiet"],
    examples: ["ista-nas runs", "ista-nas runs experiments/ --json"],
    load: async () => (await import("./runs.ts")).runs,
  },
  {
    name: "serve",
    summary: "show all runs of a folder in a browser, live while they run",
    arguments: [
      { name: "folder", description: "what holds the run folders, or one run (default: runs)", optional: true },
    ],
    flags: ["port", "host", "token", "json", "quiet"],
    examples: ["ista-nas serve", "ista-nas serve experiments/ --port 8080"],
    load: async () => (await import("./serve.ts")).serve,
  },
  {
    name: "report",
    summary: "write the page of one run as a file that needs no server, and its drawing as SVG and PNG",
    arguments: [{ name: "run", description: "a run folder" }],
    flags: ["file", "json", "quiet"],
    examples: [
      "ista-nas report runs/demo-two-stage-seed1",
      "ista-nas report runs/demo-two-stage-seed1 --file report.html",
    ],
    load: async () => (await import("./report.ts")).report,
  },
  {
    name: "check",
    summary: "look at labelled images: classes, splits, duplicates, images that cannot be read",
    arguments: [DATA],
    flags: [...DATA_FLAGS, "imageMemory", "seed", "json", "quiet"],
    examples: ["ista-nas check photos/", "ista-nas check photos/ --json > report.json"],
    load: async () => (await import("./check.ts")).check,
  },
  {
    name: "evaluate",
    summary: "measure a trained network on labelled images, as a whole and by class",
    arguments: [
      RUN_OR_MODEL,
      {
        name: "data",
        description: `${DATA.description} (default: the test images of a finished run, by the answers that it keeps)`,
        optional: true,
      },
    ],
    flags: [
      "split",
      "confusion",
      "allClasses",
      "space",
      "threads",
      "imageMemory",
      "maxBadImages",
      "testFraction",
      "seed",
      "json",
      "quiet",
    ],
    examples: [
      "ista-nas evaluate runs/demo-two-stage-seed1",
      "ista-nas evaluate runs/demo-two-stage-seed1 demo --confusion mistakes.png",
      "ista-nas evaluate model.onnx new-photos/",
      "ista-nas evaluate model.onnx photos/ --split all",
    ],
    loadLeavesOut: async () => (await import("../config/leaves-out.ts")).evaluateLeavesOut,
    load: async () => (await import("./evaluate.ts")).evaluate,
  },
  {
    name: "predict",
    summary: "name what is in images",
    arguments: [
      RUN_OR_MODEL,
      { name: "images...", description: "image files, or folders: all images in them and in their folders" },
    ],
    flags: ["top", "space", "threads", "json", "quiet"],
    examples: [
      "ista-nas predict runs/photos-two-stage-seed1 holiday.jpg",
      "ista-nas predict model.onnx holidays/ --json > names.json",
    ],
    load: async () => (await import("./predict.ts")).predict,
  },
  {
    name: "benchmark",
    summary: "time a trained network on this machine, in onnxruntime and in our own runtime",
    arguments: [RUN_OR_MODEL],
    flags: ["seconds", "space", "threads", "json", "quiet"],
    examples: [
      "ista-nas benchmark runs/demo-two-stage-seed1",
      "ista-nas benchmark model.onnx --threads 4 --seconds 5 --json > speed.json",
    ],
    load: async () => (await import("./benchmark.ts")).benchmark,
  },
  {
    name: "export",
    summary:
      "write a trained network as ONNX, for transformers.js, as safetensors or as a JavaScript module, or its architecture as text",
    arguments: [
      { name: "run", description: "a run folder" },
      {
        name: "data",
        description:
          "with --quantize: the images that the run was trained on (default: where its last session found them)",
        optional: true,
      },
    ],
    flags: ["to", "quantize", "maxLossOfAccuracy", "opset", "file", "space", "threads", "imageMemory", "json", "quiet"],
    examples: [
      "ista-nas export runs/demo-two-stage-seed1 --to module --file page/model",
      "ista-nas export runs/demo-two-stage-seed1 --to genotype",
      "ista-nas export runs/photos-two-stage-seed1 --quantize",
      "ista-nas export runs/photos-two-stage-seed1 --to transformers.js --file photos-classifier",
    ],
    loadLeavesOut: async () => (await import("../config/leaves-out.ts")).exportLeavesOut,
    load: async () => (await import("./export.ts")).exportRun,
  },
  {
    name: "show",
    summary: "show an architecture",
    arguments: [{ name: "architecture", description: "a file, a run folder, or a baseline" }],
    flags: (parts) => [...spaceFlags(parts), "svg", "json", "quiet"],
    takesParts: true,
    examples: ["ista-nas show ISTA_twostage --svg cells.svg"],
    load: async () => (await import("./show.ts")).show,
  },
  {
    name: "table",
    summary: "look architectures up in the published results of their space, beside controls that search nothing",
    arguments: [
      {
        name: "space",
        words: ["nas-bench-201"],
        description: "nas-bench-201, or a module with a space of your own that has published results",
      },
      {
        name: "cell...",
        description: "an architecture as text, a file, a run folder, or a baseline (default: the controls alone)",
        optional: true,
      },
    ],
    flags: ["tableFile", "json", "quiet"],
    examples: [
      "ista-nas table nas-bench-201",
      "ista-nas table nas-bench-201 runs/photos-two-stage-seed1 runs/photos-random-seed1",
      "ista-nas table nas-bench-201 '|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|skip_connect~2|'",
    ],
    load: async () => (await import("./table.ts")).table,
  },
  {
    name: "recover",
    summary: "recover a sparse code from a measurement",
    arguments: [],
    flags: ["dictionaryFile", "measurement", "l1Weight", "solver", "codes", "sparsity", "json", "quiet"],
    required: ["dictionaryFile", "measurement"],
    examples: ["ista-nas recover --dictionary A.json --measurement b.json --l1-weight 1e-5"],
    load: async () => (await import("./recover.ts")).recover,
  },
  {
    name: "verify",
    summary: "replay golden numbers of PyTorch on this machine",
    arguments: [{ name: "folder", description: "golden numbers (default: the built-in ones)", optional: true }],
    flags: ["device", "threads", "json", "quiet"],
    examples: ["ista-nas verify"],
    load: async () => (await import("./verify.ts")).verify,
  },
  {
    name: "completion",
    summary: "print the script by which a shell completes commands, flags and their values",
    arguments: [{ name: "shell", description: SHELLS.join(", "), words: SHELLS, isPlace: false }],
    flags: [],
    examples: [
      'eval "$(ista-nas completion bash)"',
      "ista-nas completion fish > ~/.config/fish/completions/ista-nas.fish",
    ],
    load: async () => (await import("./completion.ts")).completionOf(COMMANDS),
  },
];
