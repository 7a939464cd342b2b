/** Initialization of lazy modules at their first call. */
import { zeros } from "../../../tensor/create.ts";
import type { DType } from "../../../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../../tensor/random.ts";
import type { Shape } from "../../../tensor/shape.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import type { Module } from "../../base/module.ts";
import { Buffer } from "../../base/parameter.ts";
import { isUninitialized, UninitializedBuffer, UninitializedParameter } from "../../base/uninitialized.ts";
import { type KernelBase, weightShape } from "../kernel-base.ts";
import type { RunningNormBase, RunningNormOptions } from "../running-norm-base.ts";

/** A class of modules. */
type ModuleClass = abstract new (...args: never[]) => Module;

/**
 * Has a module wait for its first input: `initialize` gives its parameters the shapes that follow from it, and the module becomes one of the class `Initialized`,
 * as in PyTorch.
 */
export function deferInitialization(module: Module, Initialized: ModuleClass, initialize: (x: Tensor) => void): void {
  const handle = module.registerForwardPreHook((_module, [x]) => {
    if (!(x instanceof Tensor)) return;
    initialize(x);
    Object.setPrototypeOf(module, Initialized.prototype as object);
    handle.remove();
  });
}

/** Gives shapes to those of a module's tensors that have none, and returns whether there were any: a state that was loaded has given them theirs. */
export function materialize(shapes: Iterable<readonly [t: Tensor | null, shape: Shape]>): boolean {
  let any = false;
  for (const [t, shape] of shapes)
    if (isUninitialized(t)) {
      t.materialize(shape);
      any = true;
    }
  return any;
}

/** Options of a lazy module that decide whether it has a bias, and how it is initialized. */
interface BiasOptions {
  readonly bias?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Gives a layer a weight and, by default, a bias that wait for their shapes. */
export function leaveUninitialized(
  layer: { weight: Tensor; bias: Tensor | null },
  { bias = true, dtype = "float32" }: BiasOptions,
): void {
  layer.weight = new UninitializedParameter({ dtype });
  layer.bias = bias ? new UninitializedParameter({ dtype }) : null;
}

/** Has a convolution layer wait for the number of its input channels. */
export function deferKernel(layer: KernelBase, Initialized: ModuleClass, options: BiasOptions): void {
  const { generator = defaultGenerator } = options;
  leaveUninitialized(layer, options);
  deferInitialization(layer, Initialized, (x) => {
    const { kernelSize, groups, outChannels } = layer;
    const { name } = layer.constructor;
    const rank = kernelSize.length;
    if (x.ndim !== rank + 1 && x.ndim !== rank + 2)
      throw new ShapeError(name, `the input must have ${rank + 1} or ${rank + 2} dimensions`, [x.shape]);
    const inChannels = x.shape[x.ndim - rank - 1];
    if (inChannels % groups !== 0)
      throw new ArgumentError(name, `groups must divide the input channels, but got ${groups} for ${inChannels}`);
    const shapes = [
      [layer.weight, weightShape(layer, inChannels)],
      [layer.bias, [outChannels]],
    ] as const;
    if (materialize(shapes)) layer.resetParameters(generator);
    Object.assign(layer, { inChannels });
  });
}

/** Has a normalization layer wait for the number of its channels. `channelDims` has their dimension for each number of dimensions that an input may have. */
export function deferNorm(
  layer: RunningNormBase,
  Initialized: ModuleClass,
  options: RunningNormOptions,
  channelDims: ReadonlyMap<number, number>,
): void {
  const { affine = true, trackRunningStats = true, bias = true, dtype = "float32" } = options;
  if (affine) layer.weight = new UninitializedParameter({ dtype });
  if (affine && bias) layer.bias = new UninitializedParameter({ dtype });
  if (trackRunningStats) {
    layer.runningMean = new UninitializedBuffer({ dtype });
    layer.runningVar = new UninitializedBuffer({ dtype });
    layer.numBatchesTracked = new Buffer(zeros([], { dtype: "int64" }));
  }
  deferInitialization(layer, Initialized, (x) => {
    const dim = channelDims.get(x.ndim);
    if (dim === undefined)
      throw new ShapeError(
        layer.constructor.name,
        `the input must have ${[...channelDims.keys()].join(" or ")} dimensions`,
        [x.shape],
      );
    const numFeatures = x.shape[dim];
    const tensors = [layer.weight, layer.bias, layer.runningMean, layer.runningVar];
    if (materialize(tensors.map((t) => [t, [numFeatures]] as const))) layer.resetParameters();
    Object.assign(layer, { numFeatures });
  });
}
