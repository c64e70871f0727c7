/**
 * @file TensorFlow.js on its `wasm` or `cpu` backend. Gradients are asked for by its own `grad`, which says what it cannot do, and timed
 * by the kernel that `grad` calls, so that no forward pass is in them.
 */
import type { Shape } from "../../src/graph/index.ts";
import { type Case, CHANNELS, EPSILON, type Operands, SHAPE, type Wanted } from "./case.ts";
import { type Engine, installed, leastTime, type Way } from "./engine.ts";

interface Tensor {
  readonly shape: number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** What is used of its interface. */
interface TensorFlow {
  readonly version: { readonly tfjs: string };
  setBackend(name: string): Promise<boolean>;
  tensor(values: Float32Array, shape: Shape): Tensor;
  tidy<T>(call: () => T): T;
  engine(): { runKernel(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor };
  grad(f: (x: Tensor) => Tensor): (x: Tensor, dy: Tensor) => Tensor;
  depthwiseConv2d(x: Tensor, w: Tensor, strides: number, pad: "same", layout: "NHWC", dilation: number): Tensor;
  conv2d(x: Tensor, w: Tensor, strides: number, pad: "same"): Tensor;
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  moments(x: Tensor, axes: readonly number[]): { readonly mean: Tensor; readonly variance: Tensor };
  batchNorm(x: Tensor, mean: Tensor, variance: Tensor, shift: Tensor, scale: Tensor, epsilon: number): Tensor;
  ones(shape: Shape): Tensor;
  zeros(shape: Shape): Tensor;
  scalar(value: number): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  rsqrt(a: Tensor): Tensor;
}

interface Tensors {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly dy: Tensor;
}

interface Recipe {
  readonly name: string;
  readonly imageShape: Shape;
  readonly filterShape: Shape;
  /** By the public interface. */
  compute(tensors: Tensors): Tensor;
  /** What is timed, if it is not `compute`. */
  kernel?(tensors: Tensors): Tensor;
}

function convolution(tf: TensorFlow, { layer, size, dilation, wanted }: Case): Recipe {
  const isDepthwise = layer === "depthwise";
  const filterShape = isDepthwise ? [size, size, CHANNELS, 1] : [1, 1, CHANNELS, CHANNELS];
  const apply = (x: Tensor, w: Tensor) =>
    isDepthwise ? tf.depthwiseConv2d(x, w, 1, "same", "NHWC", dilation) : tf.conv2d(x, w, 1, "same");
  const base = { name: "", imageShape: SHAPE, filterShape };
  const kernel = (part: string, inputs: Record<string, Tensor>, shape: object) => {
    const name = `${isDepthwise ? "DepthwiseConv2dNative" : "Conv2D"}Backprop${part}`;
    const attributes = { strides: [1, 1], pad: "same", dataFormat: "NHWC", dilations: [dilation, dilation], ...shape };
    return tf.engine().runKernel(name, inputs, attributes);
  };
  const recipes: Readonly<Record<Wanted, Recipe>> = {
    y: { ...base, compute: ({ x, w }) => apply(x, w) },
    dx: {
      ...base,
      compute: ({ x, w, dy }) => tf.grad((input) => apply(input, w))(x, dy),
      kernel: ({ w, dy }) => kernel("Input", { dy, filter: w }, { inputShape: SHAPE }),
    },
    dw: {
      ...base,
      compute: ({ x, w, dy }) => tf.grad((filter) => apply(x, filter))(w, dy),
      kernel: ({ x, dy }) => kernel("Filter", { x, dy }, { filterShape }),
    },
  };
  return recipes[wanted];
}

/** A pointwise convolution as one product. */
function product(tf: TensorFlow, { wanted }: Case): Recipe {
  const imageShape = [SHAPE[0]! * SHAPE[1]! * SHAPE[2]!, CHANNELS];
  const computes: Readonly<Record<Wanted, (tensors: Tensors) => Tensor>> = {
    y: ({ x, w }) => tf.matMul(x, w),
    dx: ({ w, dy }) => tf.matMul(dy, w, false, true),
    dw: ({ x, dy }) => tf.matMul(x, dy, true, false),
  };
  return { name: "matMul", imageShape, filterShape: [CHANNELS, CHANNELS], compute: computes[wanted] };
}

function normalisations(tf: TensorFlow, { wanted }: Case): readonly Recipe[] {
  const whole = (x: Tensor) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(x, mean, variance, tf.zeros([CHANNELS]), tf.ones([CHANNELS]), EPSILON);
  };
  const parts = (x: Tensor) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, tf.scalar(EPSILON))));
  };
  const recipe = (name: string, apply: (x: Tensor) => Tensor): Recipe => {
    // `grad` runs the forward pass too.
    const compute = ({ x, dy }: Tensors) => (wanted === "y" ? apply(x) : tf.grad(apply)(x, dy));
    return { name, imageShape: SHAPE, filterShape: [CHANNELS, CHANNELS], compute };
  };
  return [recipe("", whole), recipe("elementary operations", parts)];
}

function recipesOf(tf: TensorFlow, bench: Case): readonly Recipe[] {
  if (bench.layer === "depthwise") return [convolution(tf, bench)];
  if (bench.layer === "pointwise") return [convolution(tf, bench), product(tf, bench)];
  return normalisations(tf, bench);
}

function wayOf(tf: TensorFlow, backend: string, recipe: Recipe, operands: Operands): Way {
  const { imageShape, filterShape, compute, kernel = compute } = recipe;
  const onBackend = async <T>(use: (tensors: Tensors) => Promise<T>): Promise<T> => {
    await tf.setBackend(backend);
    const tensors = {
      x: tf.tensor(operands.x, imageShape),
      w: tf.tensor(operands.filter, filterShape),
      dy: tf.tensor(operands.dy, imageShape),
    };
    try {
      return await use(tensors);
    } finally {
      for (const tensor of Object.values(tensors)) tensor.dispose();
    }
  };
  return {
    name: recipe.name,
    values: () =>
      onBackend(async (tensors) => {
        tf.tidy(() => compute(tensors)).dispose();
        const result = tf.tidy(() => kernel(tensors));
        const values = await result.data();
        result.dispose();
        return values;
      }),
    // Both backends compute at once, before the call returns.
    time: () => onBackend((tensors) => leastTime(async () => tf.tidy(() => kernel(tensors)).dispose())),
  };
}

export async function tensorFlow(backend: "wasm" | "cpu"): Promise<Engine> {
  const { default: tf } = (await installed("@tensorflow/tfjs")) as { readonly default: TensorFlow };
  const wasm = (await installed("@tensorflow/tfjs-backend-wasm")) as { getThreadsCount(): number };
  if (!(await tf.setBackend(backend))) throw new Error(`the ${backend} backend does not start`);
  const threads = backend === "wasm" ? wasm.getThreadsCount() : 1;
  return {
    title: `TensorFlow.js ${tf.version.tfjs}, ${backend}, ${threads} thread${threads === 1 ? "" : "s"}`,
    ways: (bench, operands) => recipesOf(tf, bench).map((recipe) => wayOf(tf, backend, recipe, operands)),
  };
}
