/** Weight and bias of convolution layers and transposed ones. */

import type { PerDim } from "../../ops/functional/sliding.ts";
import { checkSizes, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { fans, kaimingUniform_, uniform_ } from "../init/index.ts";

/** The settings that decide shapes and initial values of weight and bias. */
interface KernelSettings {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: PerDim;
  readonly groups: number;
  /** Whether the weight has the input's channels first. */
  readonly transposed: boolean;
  readonly bias: boolean;
  readonly dtype: DType;
  readonly generator: Generator;
}

/** Base class of layers with a convolution's weight. Weight and bias are initialized uniformly within ±1/√fanIn, as in PyTorch. */
export abstract class KernelBase extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly groups: number;
  /** Whether the weight has the input's channels first. */
  readonly transposed: boolean;
  /** [outChannels, inChannels / groups, …kernelSize], or, transposed, [inChannels, outChannels / groups, …kernelSize] */
  weight: Parameter;
  /** [outChannels], or `null` without a bias */
  bias: Parameter | null;

  constructor(
    rank: number,
    { inChannels, outChannels, kernelSize, groups, transposed, bias, dtype, generator }: KernelSettings,
  ) {
    super();
    const name = this.constructor.name;
    checkSizes(name, [outChannels, inChannels, ...(typeof kernelSize === "number" ? [kernelSize] : kernelSize)]);
    if (inChannels % groups !== 0 || outChannels % groups !== 0)
      throw new ArgumentError(
        name,
        `groups must divide both numbers of channels, but got ${groups} for ${inChannels} and ${outChannels}`,
      );
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = typeof kernelSize === "number" ? new Array<number>(rank).fill(kernelSize) : kernelSize;
    this.groups = groups;
    this.transposed = transposed;
    this.weight = new Parameter(zeros(weightShape(this, inChannels), { dtype }));
    this.bias = bias ? new Parameter(zeros([outChannels], { dtype })) : null;
    this.resetParameters(generator);
  }

  /** Initializes weight and bias again, uniformly within ±1/√fanIn. */
  resetParameters(generator: Generator = defaultGenerator): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5), generator });
    const [fanIn] = fans(this.weight);
    const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
    if (this.bias !== null) uniform_(this.bias, -bound, bound, generator);
  }
}

/** Returns channels, kernel size, options and whether there is a bias as text. */
export function describeKernel(layer: KernelBase, options: object): string {
  const { inChannels, outChannels, kernelSize, bias } = layer;
  const more = Object.entries(options).map(([name, value]) => `, ${name}=${String(value)}`);
  return `${inChannels}, ${outChannels}, kernelSize=${kernelSize.join("×")}${more.join("")}, bias=${bias !== null}`;
}

/** Returns the shape of the weight of a layer for a number of input channels. */
export function weightShape(layer: KernelBase, inChannels: number): number[] {
  const { outChannels, groups, kernelSize, transposed } = layer;
  const channels = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
  return [...channels, ...kernelSize];
}
