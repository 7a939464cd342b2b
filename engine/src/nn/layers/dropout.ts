/** Dropout layers. */

import { type DropoutOptions, dropout } from "../../ops/functional/dropout.ts";
import {
  alphaDropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
} from "../../ops/functional/feature-dropout.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/** Base class of the dropout layers. */
abstract class DropoutBase extends Module {
  readonly p: number;
  readonly generator: Generator | null;
  constructor(p = 0.5, generator: Generator | null = null) {
    checkNew(new.target, arguments);
    super();
    if (!(p >= 0 && p <= 1)) throw new ArgumentError(new.target.name, `p must lie in [0, 1], but got ${p}`);
    this.p = p;
    this.generator = generator;
  }
  /** Returns the options of the function that drops. */
  protected options(): DropoutOptions {
    const { p, training, generator } = this;
    return generator === null ? { p, training } : { p, training, generator };
  }
  override extraRepr(): string {
    return `p=${this.p}`;
  }
}

/**
 * Dropout: in training mode, sets each element to 0 with probability p (0.5 by default) and multiplies the others by 1 / (1 - p); in evaluation mode,
 * returns the input. Without a generator, the default one draws. Source: Srivastava et al., 2014.
 * @throws ArgumentError for p outside of [0, 1].
 * @example
 * const layer = new nn.Dropout(0.5);
 * layer.eval().forward(tensor([1, 2])).toArray(); // [1, 2]
 */
export class Dropout extends DropoutBase {
  override forward(x: Tensor): Tensor {
    return dropout(x, this.options());
  }
}

/**
 * Dropout of whole channels of sequences [N, C, L] or [C, L] in training mode. Source: Tompson et al., 2015.
 * @throws ArgumentError for p outside of [0, 1].
 * @example new nn.Dropout1d().eval().forward(tensor([[1, 2]])).toArray(); // [[1, 2]]
 */
export class Dropout1d extends DropoutBase {
  override forward(x: Tensor): Tensor {
    return dropout1d(x, this.options());
  }
}

/**
 * Dropout of whole channels of images [N, C, H, W] in training mode. As in PyTorch, an input of three dimensions is [N, C, L]. Source: Tompson et al., 2015.
 * @throws ArgumentError for p outside of [0, 1].
 * @example new nn.Dropout2d().eval().forward(tensor([[[[1, 2]]]])).toArray(); // [[[[1, 2]]]]
 */
export class Dropout2d extends DropoutBase {
  override forward(x: Tensor): Tensor {
    return dropout2d(x, this.options());
  }
}

/**
 * Dropout of whole channels of volumes [N, C, D, H, W] or [C, D, H, W] in training mode. Source: Tompson et al., 2015.
 * @throws ArgumentError for p outside of [0, 1].
 * @example new nn.Dropout3d().eval().forward(tensor([[[[1, 2]]]])).toArray(); // [[[[1, 2]]]]
 */
export class Dropout3d extends DropoutBase {
  override forward(x: Tensor): Tensor {
    return dropout3d(x, this.options());
  }
}

/**
 * Dropout in training mode that keeps mean 0 and variance 1: dropped elements get the limit of SELU at -∞. Source: Klambauer et al., 2017.
 * @throws ArgumentError for p outside of [0, 1].
 * @example new nn.AlphaDropout().eval().forward(tensor([1, 2])).toArray(); // [1, 2]
 */
export class AlphaDropout extends DropoutBase {
  override forward(x: Tensor): Tensor {
    return alphaDropout(x, this.options());
  }
}

/**
 * Alpha dropout of whole channels of the input [N, C, …] in training mode. Source: Klambauer et al., 2017.
 * @throws ArgumentError for p outside of [0, 1].
 * @example new nn.FeatureAlphaDropout().eval().forward(tensor([[1, 2]])).toArray(); // [[1, 2]]
 */
export class FeatureAlphaDropout extends DropoutBase {
  override forward(x: Tensor): Tensor {
    return featureAlphaDropout(x, this.options());
  }
}
