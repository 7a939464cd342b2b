/** `nn.utils.parametrizations`: weight normalization, spectral normalization, and orthogonal weights. */
import { noGrad } from "../../tape/graph/mode.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Buffer } from "../base/parameter.ts";
import { tensorIn } from "./derived.ts";
import { Orthogonal, type OrthogonalMap } from "./orthogonal.ts";
import { registerParametrization } from "./parametrize/index.ts";
import {
  asMatrix,
  randomUnitVector,
  type SpectralNormOptions,
  type SpectralSettings,
  singularValue,
  spectralSettings,
  unitVector,
} from "./power-iteration.ts";
import { normalizedWeight, normExceptDim } from "./weight-norm.ts";

export type { OrthogonalMap } from "./orthogonal.ts";
export type { SpectralNormOptions } from "./power-iteration.ts";

class WeightNorm extends Module {
  readonly dim: number | null;
  constructor(dim: number | null) {
    super();
    this.dim = dim;
  }
  override forward(g: Tensor, v: Tensor): Tensor {
    return normalizedWeight(g, v, this.dim);
  }
  rightInverse(weight: Tensor): readonly Tensor[] {
    return [normExceptDim(weight, this.dim), weight];
  }
}

/**
 * Has a module compute its parameter `name`, by default "weight", as g v / ‖v‖, where ‖v‖ are the norms of the slices along the dimension `dim` (0 by default), or for `null` the norm of all elements. g is
 * `parametrizations.weight.original0`, v `original1`. Returns the module. Source: Salimans and Kingma, 2016.
 * @throws ArgumentError when the module has no such parameter.
 * @example
 * const layer = nn.utils.parametrizations.weightNorm(new nn.Linear(2, 3));
 * Object.keys(layer.stateDict())[1]; // "parametrizations.weight.original0"
 */
export function weightNorm<M extends Module>(module: M, name = "weight", dim: number | null = 0): M {
  return registerParametrization(module, name, new WeightNorm(dim), { unsafe: true });
}

class SpectralNorm extends Module {
  readonly #settings: SpectralSettings;
  _u: Buffer | null = null;
  _v: Buffer | null = null;
  constructor(weight: Tensor, settings: SpectralSettings) {
    super();
    this.#settings = settings;
    if (weight.ndim < 2) return;
    const matrix = asMatrix(weight, settings.dim);
    this._u = new Buffer(randomUnitVector(matrix.shape[0], weight.dtype, settings.eps));
    this._v = new Buffer(randomUnitVector(matrix.shape[1], weight.dtype, settings.eps));
    this.#iterate(matrix, 15);
  }
  #iterate(matrix: Tensor, iterations: number): void {
    const { eps } = this.#settings;
    noGrad(() => {
      for (let k = 0; k < iterations; k++) {
        this._u?.copy_(unitVector(matrix.mv(this._v as Tensor), eps));
        this._v?.copy_(unitVector(matrix.t().mv(this._u as Tensor), eps));
      }
    });
  }
  override forward(weight: Tensor): Tensor {
    const { eps, dim, iterations } = this.#settings;
    if (this._u === null || this._v === null) return unitVector(weight, eps);
    const matrix = asMatrix(weight, dim);
    if (this.training) this.#iterate(matrix.detach(), iterations);
    // copies, as the next iteration changes the vectors in place
    return weight.div(singularValue(matrix, this._u.clone(), this._v.clone()));
  }
  rightInverse(value: Tensor): Tensor {
    return value;
  }
}

/**
 * Has a module divide its parameter `name`, by default "weight", by its largest singular value, which is estimated by power iteration; in training mode, each use of the weight takes further iterations. Returns
 * the module. Source: Miyato, Kataoka, Koyama and Yoshida, 2018.
 * @throws ArgumentError when the module has no such parameter, and for less than one iteration; IndexError for a dimension out of range.
 * @example
 * const layer = nn.utils.parametrizations.spectralNorm(new nn.Linear(20, 30)).eval();
 * linalg.svdvals(layer.weight).amax().item() < 1.5; // true
 */
export function spectralNorm<M extends Module>(module: M, name = "weight", options: SpectralNormOptions = {}): M {
  const weight = tensorIn("spectralNorm", module, name).detach();
  const settings = spectralSettings("spectralNorm", module, weight, options);
  return registerParametrization(module, name, new SpectralNorm(weight, settings));
}

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
  /** The map from any matrix to an orthogonal one; `null`, the default, is "matrixExp" for square matrices and "householder" for others. */
  readonly orthogonalMap?: OrthogonalMap | null;
  /** Whether the map is taken at the weight's initial value, which is a buffer then; true by default. Without it, "matrixExp" and "cayley" do not begin at the weight's value. */
  readonly useTrivialization?: boolean;
}

/**
 * Has the rows of a module's parameter `name`, by default "weight", be orthonormal, or its columns if there are fewer of them; with more than two dimensions, those of each
 * matrix. Returns the module. Source: Lezcano-Casado, 2019.
 * @throws ArgumentError when the module has no such parameter; ShapeError for fewer than two dimensions.
 * @example
 * const layer = nn.utils.parametrizations.orthogonal(new nn.Linear(3, 2));
 * layer.weight.matmul(layer.weight.t()).round().abs().toArray(); // [[1, 0], [0, 1]]
 */
export function orthogonal<M extends Module>(module: M, name = "weight", options: OrthogonalOptions = {}): M {
  const weight = tensorIn("orthogonal", module, name);
  if (weight.ndim < 2) throw new ShapeError("orthogonal", "the tensor must have at least 2 dimensions", [weight.shape]);
  const isSquare = weight.shape.at(-1) === weight.shape.at(-2);
  const map = options.orthogonalMap ?? (isSquare ? "matrixExp" : "householder");
  const parametrization = new Orthogonal(map, options.useTrivialization ?? true);
  return registerParametrization(module, name, parametrization, { unsafe: true });
}
