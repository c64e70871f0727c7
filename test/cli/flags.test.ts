import { describe, expect, it } from "vitest";
import { FLAGS } from "../../src/cli/flags.ts";
import { loadDataSet } from "../../src/data/index.ts";
import { sampleClasses, writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("--image-size", () => {
  it.each([3, 4, 512, 513])("takes and refuses %i as the loader of data sets does", async (imageSize) => {
    const folder = writeFiles(temporaryFolder(), await sampleClasses({ cat: 2, dog: 2 }));
    const isLoaded = await loadDataSet(folder, { seed: 1, imageSize }).then(
      () => true,
      ({ code }) => {
        expect(code).toBe("E_DATA_OPTION");
        return false;
      },
    );
    const parse = () => FLAGS["imageSize"]!.parse(String(imageSize));
    if (isLoaded) expect(parse()).toBe(imageSize);
    else expect(parse).toThrow(`--image-size: got ${imageSize}, expected an integer from 4 to 512`);
  });
});
