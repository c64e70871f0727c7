import { useEffect, useState } from "preact/hooks";
import type { Genotype } from "../../src/spaces/darts/index.ts";
import type { RunSnapshot } from "../data/run-store.ts";
import type { RunSource } from "../data/source.ts";
import { loadGenotype } from "../data/trained-genotype.ts";

interface GenotypeState {
  readonly genotype: Genotype | null;
  readonly error: Error | null;
}

/** The genotype that a run trains; asked for again when its files change. */
export function useGenotype(source: RunSource, id: string, { detail }: RunSnapshot): GenotypeState {
  const [state, setState] = useState<GenotypeState>({ genotype: null, error: null });
  const hasFile = detail.files.some(({ name }) => name === "genotype.json");
  useEffect(() => {
    let isCurrent = true;
    loadGenotype(source, id).then(
      (genotype) => isCurrent && setState({ genotype, error: null }),
      (error: Error) => isCurrent && setState({ genotype: null, error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [source, id, hasFile]);
  return state;
}
