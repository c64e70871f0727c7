/** @file Models are tested in OpenCV and in the ONNX checker: where they are missing and this is a Debian machine run as root, Debian's are installed. */
import { spawnSync } from "node:child_process";
import { lacksPython } from "../test/export/onnx/python.ts";

const PACKAGES = ["python3-opencv", "python3-onnx", "python3-pil"];

if (lacksPython("cv2", "onnx", "numpy", "PIL") !== null) {
  const isRoot = process.getuid?.() === 0;
  const apt = (...words: string[]) => isRoot && spawnSync("apt-get", words, { stdio: "inherit" }).status === 0;
  if (!apt("update") || !apt("install", "-y", "--no-install-recommends", ...PACKAGES)) {
    console.error("OpenCV and the ONNX checker are not there, and could not be installed: their tests are skipped.");
    console.error(
      `install them (Debian: apt-get install ${PACKAGES.join(" ")}), or name a Python that has them in PYTHON`,
    );
  }
}
