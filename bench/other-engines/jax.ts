/** @file jax-js on its `wasm` backend, compiled by its `jit`. Its convolutions are NCHW, the only layout that they have; products are NHWC. */
import type { Shape } from "../../src/graph/index.ts";
import { type Case, CHANNELS, EPSILON, filterShape, type Operands, SHAPE } from "./case.ts";
import { type Engine, installed, installedVersion, leastTime, type Way } from "./engine.ts";
import { fromLayout, type Layout, toLayout } from "./layout.ts";

/** Each use of an array consumes it, but for that of `ref`. */
interface JaxArray {
  readonly ref: JaxArray;
  reshape(shape: Shape): JaxArray;
  add(other: number): JaxArray;
  sub(other: JaxArray): JaxArray;
  div(other: JaxArray): JaxArray;
  blockUntilReady(): Promise<JaxArray>;
  data(): Promise<Float32Array>;
  dispose(): void;
}

type Binary = (x: JaxArray, w: JaxArray) => JaxArray;

/** Takes x, w and dy, and consumes all; the last result is the wanted one. */
type Compute = (...operands: JaxArray[]) => JaxArray[];

interface Convolution {
  readonly rhsDilation: readonly number[];
  readonly featureGroupCount: number;
}

/** What is used of its interface. */
interface Jax {
  init(...devices: string[]): Promise<readonly string[]>;
  defaultDevice(device: string): string;
  jit<F>(f: F): F;
  vjp(f: (x: JaxArray) => JaxArray, at: JaxArray[]): [JaxArray, (dy: JaxArray) => JaxArray[]];
  readonly numpy: {
    array(values: Float32Array): JaxArray;
    matmul: Binary;
    square(x: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    mean(x: JaxArray, axes: readonly number[], options: { readonly keepdims: true }): JaxArray;
  };
  readonly lax: {
    convGeneralDilated(x: JaxArray, w: JaxArray, steps: Shape, padding: "SAME", options: Convolution): JaxArray;
  };
}

interface Recipe {
  readonly name: string;
  readonly image: Layout;
  readonly filter: Layout;
  readonly compute: Compute;
}

const CHANNELS_FIRST: Layout = { order: [0, 3, 1, 2], shape: [SHAPE[0]!, CHANNELS, SHAPE[1]!, SHAPE[2]!] };
const ROWS: Layout = { order: [0, 1, 2, 3], shape: [SHAPE[0]! * SHAPE[1]! * SHAPE[2]!, CHANNELS] };
const MATRIX: Layout = { order: [0, 1], shape: [CHANNELS, CHANNELS] };

function recipesOf(jax: Jax, { layer, size, dilation, wanted }: Case): readonly Recipe[] {
  const convolve =
    (groups: number): Binary =>
    (x, w) => {
      const options = { rhsDilation: [dilation, dilation], featureGroupCount: groups };
      return jax.lax.convGeneralDilated(x, w, [1, 1], "SAME", options);
    };
  const wantedOf =
    (apply: Binary): Compute =>
    (x, w, dy) => {
      if (wanted === "y") {
        dy!.dispose();
        return [apply(x!, w!)];
      }
      const [at, other] = wanted === "dx" ? [x!, w!] : [w!, x!];
      const f = (value: JaxArray) => (wanted === "dx" ? apply(value, other.ref) : apply(other.ref, value));
      const [output, back] = jax.vjp(f, [at]);
      output.dispose();
      return back(dy!);
    };
  if (layer === "depthwise") {
    const filter: Layout = { order: [2, 0, 1], shape: [CHANNELS, 1, size, size] };
    return [{ name: "", image: CHANNELS_FIRST, filter, compute: wantedOf(convolve(CHANNELS)) }];
  }
  if (layer === "pointwise") {
    const filter: Layout = { order: [1, 0], shape: [CHANNELS, CHANNELS, 1, 1] };
    return [
      { name: "", image: CHANNELS_FIRST, filter, compute: wantedOf(convolve(1)) },
      { name: "matmul", image: ROWS, filter: MATRIX, compute: wantedOf(jax.numpy.matmul) },
    ];
  }
  return [
    { name: "", image: CHANNELS_FIRST, filter: MATRIX, compute: normalise(jax, [0, 2, 3], wanted) },
    { name: "rows", image: ROWS, filter: MATRIX, compute: normalise(jax, [0], wanted) },
  ];
}

function normalise({ numpy, vjp }: Jax, axes: readonly number[], wanted: Case["wanted"]): Compute {
  const apply = (x: JaxArray) => {
    const apart = x.ref.sub(numpy.mean(x, axes, { keepdims: true }));
    const variance = numpy.mean(numpy.square(apart.ref), axes, { keepdims: true });
    return apart.div(numpy.sqrt(variance.add(EPSILON)));
  };
  return (x, w, dy) => {
    w!.dispose();
    if (wanted === "dx") {
      const [output, back] = vjp(apply, [x!]);
      return [output, ...back(dy!)];
    }
    dy!.dispose();
    return [apply(x!)];
  };
}

function wayOf(jax: Jax, bench: Case, { name, image, filter, compute }: Recipe, { x, filter: w, dy }: Operands): Way {
  const place = (values: Float32Array, shape: Shape, layout: Layout) =>
    jax.numpy.array(toLayout(values, shape, layout)).reshape(layout.shape);
  const compiled = jax.jit(compute);
  const operands = () => [place(x, SHAPE, image), place(w, filterShape(bench), filter), place(dy, SHAPE, image)];
  return {
    name,
    async values() {
      const results = compiled(...operands());
      const values = await results.pop()!.data();
      for (const result of results) result.dispose();
      return bench.wanted === "dw" ? fromLayout(values, filterShape(bench), filter) : fromLayout(values, SHAPE, image);
    },
    async time() {
      const arrays = operands();
      try {
        return await leastTime(async () => {
          const results = compiled(...arrays.map(({ ref }) => ref));
          for (const result of results) await result.blockUntilReady();
          for (const result of results) result.dispose();
        });
      } finally {
        for (const array of arrays) array.dispose();
      }
    },
  };
}

export async function jaxJs(): Promise<Engine> {
  const jax = (await installed("@jax-js/jax")) as Jax;
  const devices = await jax.init("wasm");
  if (!devices.includes("wasm")) throw new Error("its wasm backend does not start");
  jax.defaultDevice("wasm");
  return {
    // It computes on workers of browsers; Node has none of those.
    title: `jax-js ${await installedVersion("@jax-js/jax")}, wasm, 1 thread`,
    ways: (bench, operands) => recipesOf(jax, bench).map((recipe) => wayOf(jax, bench, recipe, operands)),
  };
}
