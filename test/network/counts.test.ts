import { describe, expect, it } from "vitest";
import { allCandidates, countMacs, parameterCount } from "../../src/network/index.ts";
import {
  buildNetwork,
  type DartsMacro,
  dartsCells,
  genotypeStructures,
  NAMED_GENOTYPES,
  type NamedGenotype,
  searchedSpace,
} from "../../src/spaces/darts/index.ts";

const CIFAR: DartsMacro = {
  imageSize: { height: 32, width: 32 },
  imageChannels: 3,
  classCount: 10,
  initChannels: 36,
  cellCount: 20,
  stem: "cifar",
  affine: true,
  poolNorm: false,
  skipNorm: false,
  auxiliaryHead: false,
};
const IMAGENET: DartsMacro = {
  ...CIFAR,
  imageSize: { height: 224, width: 224 },
  classCount: 1000,
  initChannels: 48,
  cellCount: 14,
  stem: "imagenet",
};

function build(name: NamedGenotype, spec: DartsMacro) {
  return buildNetwork(spec, genotypeStructures(NAMED_GENOTYPES[name]), {
    mode: { kind: "train", updatesRunning: true },
    batch: 1,
    mixture: false,
    dropPath: false,
    auxiliaryHead: true,
  });
}

describe("parameters and multiply-accumulates of published networks", () => {
  it.each([
    ["ISTA_twostage", CIFAR, 3_316_726, 3_323_638, 515.2],
    ["ISTA_onestage", CIFAR, 3_363_598, 3_371_806, 532.3],
    ["ISTA_ImageNet", IMAGENET, 5_651_392, 5_655_232, 621.1],
    ["DARTS_V2", CIFAR, 3_349_342, null, 528.4],
    ["DARTS_V2", IMAGENET, 4_718_752, null, 529.9],
  ] as const)("%s", (name, spec, plain, withNorms, megaMacs) => {
    const network = build(name, spec);
    expect(parameterCount(network.parameters)).toBe(plain);
    expect(countMacs(network.graph, 1) / 1e6).toBeCloseTo(megaMacs, 1);
    if (withNorms !== null) {
      const wrapped = build(name, { ...spec, poolNorm: true, skipNorm: true });
      expect(parameterCount(wrapped.parameters)).toBe(withNorms);
    }
  });

  it("the auxiliary head of CIFAR-10", () => {
    const plain = build("ISTA_twostage", CIFAR);
    const headed = build("ISTA_twostage", { ...CIFAR, auxiliaryHead: true });
    expect(parameterCount(headed.parameters) - parameterCount(plain.parameters)).toBe(476_426);
  });

  it("the super-nets of both strategies", () => {
    const space = dartsCells();
    const count = (spec: DartsMacro) => {
      const mode = { kind: "train", updatesRunning: true } as const;
      const pass = { mode, batch: 1, mixture: true, dropPath: false, auxiliaryHead: true };
      return parameterCount(searchedSpace(space, spec).network(allCandidates(space.groups))(pass).parameters);
    };
    expect(count({ ...CIFAR, initChannels: 16, cellCount: 8, affine: false, poolNorm: true })).toBe(1_930_618);
    expect(count({ ...CIFAR, poolNorm: true, skipNorm: true })).toBe(20_374_678);
  });
});
