/** Muon. */

import { addmm } from "../ops/linalg/add-products.ts";
import { matmul } from "../ops/linalg/matmul.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { isComplex } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { updateElements } from "./elements.ts";
import { type Params, requireNonNegative, type Settings } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import { type ParameterState, zerosFor } from "./state.ts";

/** The scaling of the learning rate of a matrix of A rows and B columns: by √max(1, A / B), or by 0.2 √max(A, B), so that updates are as large as those of AdamW. */
export type LearningRateScaling = "original" | "matchRmsAdamw";

/** Options of `Muon`. */
export interface MuonOptions {
  /** Learning rate; 1e-3 by default. */
  readonly lr?: number;
  /** Decoupled weight decay λ, p ← p - lr λ p before each step; 0.1 by default. */
  readonly weightDecay?: number;
  /** Decay rate of the mean of gradients; 0.95 by default. */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum; true by default. */
  readonly nesterov?: boolean;
  /** Coefficients a, b and c of the Newton-Schulz iteration X ← a X + (b X Xᵀ + c (X Xᵀ)²) X; [3.4445, -4.775, 2.0315] by default. */
  readonly nsCoefficients?: readonly [number, number, number];
  /** Least norm by which a mean is divided; 1e-7 by default. */
  readonly eps?: number;
  /** Number of Newton-Schulz iterations, below 100; 5 by default. */
  readonly nsSteps?: number;
  /** Scaling of the learning rate by the shape; "original" by default. */
  readonly adjustLrFn?: LearningRateScaling;
}

/** Settings of a group of `Muon`. */
export type MuonSettings = Settings & Required<{ -readonly [K in keyof Omit<MuonOptions, "lr">]: MuonOptions[K] }>;

/** State of one parameter: the mean of its gradients. */
type Mean = { momentumBuffer: Tensor };

/** Returns values that bfloat16 has, as float32, so that the next operation rounds once, at its end. */
const rounded = (x: Tensor): Tensor => x.to("bfloat16").to("float32");

/** Returns a matrix whose singular values are near 1, and whose singular vectors are those of `g`, by Newton-Schulz iterations in bfloat16. */
function orthogonalized(g: Tensor, { nsCoefficients: [a, b, c], nsSteps, eps }: MuonSettings): Tensor {
  const isTall = g.shape[0] > g.shape[1];
  let x = rounded(isTall ? g.t() : g);
  x = rounded(x.div(rounded(x.norm()).clamp({ min: eps })));
  for (let k = 0; k < nsSteps; k++) {
    const gram = rounded(matmul(x, x.t()));
    const factor = rounded(addmm(gram, gram, gram, { beta: b, alpha: c }));
    x = rounded(addmm(x, factor, x, { beta: a }));
  }
  return isTall ? x.t() : x;
}

/** Returns the factor of the learning rate of a matrix. */
const scaleOf = ([rows, columns]: readonly number[], scaling: LearningRateScaling): number =>
  scaling === "matchRmsAdamw" ? 0.2 * Math.sqrt(Math.max(rows, columns)) : Math.sqrt(Math.max(1, rows / columns));

/**
 * Muon, for the matrices of hidden layers: m ← m + (1 - momentum) (g - m), u = g + momentum (m - g) with Nesterov momentum, else m, and p ← (1 - lr λ) p - s lr O, where O is
 * the nearest semi-orthogonal matrix to u, by Newton-Schulz iterations, and s depends on the shape. Other parameters, as biases and embeddings, need another optimizer.
 * Source: Jordan et al., 2024; scaling: Liu et al., 2025.
 * @throws ShapeError for a parameter that is no matrix; DTypeError for a complex one; ArgumentError for settings out of range.
 * @example
 * const w = eye(2).requiresGrad_();
 * w.mul(3).sum().backward();
 * new optim.Muon([w], { lr: 0.1 }).step();
 * w.shape; // [2, 2]
 */
export class Muon extends Optimizer<MuonSettings> {
  constructor(parameters: Params<MuonOptions>, options: MuonOptions = {}) {
    checkNew(new.target, arguments);
    const { lr = 1e-3, weightDecay = 0.1, momentum = 0.95, nesterov = true, eps = 1e-7, nsSteps = 5 } = options;
    const { nsCoefficients = [3.4445, -4.775, 2.0315], adjustLrFn = "original" } = options;
    const defaults = { lr, weightDecay, momentum, nesterov, nsCoefficients, eps, nsSteps, adjustLrFn };
    super("Muon", parameters, defaults, (group) => {
      requireNonNegative("Muon", "momentum", group.momentum);
      requireNonNegative("Muon", "weightDecay", group.weightDecay);
      if (!(Number.isInteger(group.nsSteps) && group.nsSteps >= 0 && group.nsSteps < 100))
        throw new ArgumentError("Muon", `nsSteps must be an integer from 0 to 99, but got ${group.nsSteps}`);
      if (!["original", "matchRmsAdamw"].includes(group.adjustLrFn))
        throw new ArgumentError(
          "Muon",
          `adjustLrFn must be "original" or "matchRmsAdamw", but got ${group.adjustLrFn}`,
        );
    });
    for (const p of this.parameters) {
      if (p.ndim !== 2) throw new ShapeError("Muon", "parameters must be matrices", [p.shape]);
      if (isComplex(p.dtype)) throw new DTypeError("Muon", "complex parameters are not supported", [p.dtype]);
    }
  }

  override get isAdaptive(): boolean {
    return true;
  }

  protected override initialState(p: Tensor): ParameterState {
    const mean: Mean = { momentumBuffer: zerosFor(p) };
    return mean;
  }

  protected override update(p: Tensor, g: Tensor, i: number): void {
    const group = this.groupAt(i);
    const { lr, weightDecay, momentum, nesterov } = group;
    const { momentumBuffer: mean } = this.stateOf(p, i) as Mean;
    mean.lerp_(g, 1 - momentum);
    const direction = orthogonalized(nesterov ? g.lerp(mean, momentum) : mean, group).to(p.dtype);
    const rate = lr * scaleOf(p.shape, group.adjustLrFn);
    updateElements("Muon", p, direction, [], (x, o) => {
      for (let k = 0; k < x.length; k++) x[k] = (1 - lr * weightDecay) * x[k] - rate * o[k];
    });
  }
}
