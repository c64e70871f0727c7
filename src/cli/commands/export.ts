/** @file `ista-nas export`: a trained run as ONNX or safetensors, or its genotype as the text that DARTS code reads. */
import { normalisePixels } from "../../data/index.ts";
import { IstaNasError } from "../../error.ts";
import { describeParity, disagreement, isFailed, onnxBytes, parityOf, weightBytes } from "../../export/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { openRunClassifier, readArchitecture, softmax } from "../../run/index.ts";
import { RunFolder } from "../../store/index.ts";
import { readWeights } from "../../train/index.ts";
import type { CommandInputs } from "../command.ts";
import { besideOutput, isFilePlace, type OutputPlace, writeOutput } from "../write-output.ts";

const PLACE: OutputPlace = { where: "export", flag: "--file", code: "E_EXPORT_WRITE" };

/** Random images that an exported model is checked on; the run's own check used its test images. */
const CHECK_IMAGES = 64;

export async function exportRun({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const path = positional[0]!;
  const to = flags.to ?? "onnx";
  if (flags.opset !== undefined && to !== "onnx") {
    throw new IstaNasError(`--opset: got ${flags.opset} with --to ${to}, expected it with --to onnx alone`, {
      code: "E_FLAG_VALUE",
      kind: "usage",
    });
  }
  if (to === "genotype") {
    const { architecture, space } = await readArchitecture(RunFolder.open(path).path, flags);
    const text = space.formatText(architecture);
    if (flags.file === undefined) terminal.text(text);
    else writeOutput(flags.file, `${text}\n`, PLACE);
    return;
  }
  const place = { ...PLACE, isOwn: flags.file === undefined };
  const run = await openRunClassifier(path, { ...flags, threads: flags.threads ?? "auto", batch: CHECK_IMAGES });
  try {
    const { config, classifier, folder, device } = run;
    const weights = readWeights(device, classifier.network);
    if (to === "safetensors") {
      const file = flags.file ?? folder.pathOf("weights.safetensors");
      const talk = besideOutput(file, place, terminal);
      writeOutput(file, weightBytes(config, weights), place);
      talk.line(`written ${file}`);
      talk.result({ file });
      return;
    }
    const bytes = onnxBytes(config, classifier.network, weights, flags.opset);
    const file = flags.file ?? folder.pathOf("model.onnx");
    const talk = besideOutput(file, place, terminal);
    const hasPlaceBeside = isFilePlace(file, place);
    writeOutput(file, bytes, place);
    const { height, width } = config.training.network.imageSize;
    const stream = new RandomStreams(config.seed).stream("export/check");
    const images = Uint8Array.from(
      { length: CHECK_IMAGES * height * width * config.training.network.imageChannels },
      () => stream.integer(256),
    );
    const logits = await classifier.logits(normalisePixels(images, config.normalisation));
    const probabilities = softmax(logits, config.classNames.length);
    const report = await parityOf(bytes, { images, count: CHECK_IMAGES, logits, probabilities });
    if (hasPlaceBeside) writeOutput(`${file}.parity.json`, `${JSON.stringify(report, null, 2)}\n`, place);
    const parity = describeParity(report);
    talk.line(`written ${file}`);
    talk.line(`ONNX check ${parity}`);
    talk.result({ file, parity: report });
    if (isFailed(report)) throw disagreement(parity);
  } finally {
    await run.close();
  }
}
