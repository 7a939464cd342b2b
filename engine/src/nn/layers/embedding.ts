/** Embedding layers. */
import { embedding } from "../../ops/functional/embedding.ts";
import { embeddingBag } from "../../ops/functional/embedding-bag.ts";
import type { LookupOptions } from "../../ops/functional/lookup.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { Parameter } from "../base/parameter.ts";
import { normal_ } from "../init/index.ts";

/** Fills a table with standard normal numbers, and the row of the padding with 0. */
function fillTable(weight: Parameter, paddingIdx: number | null, generator: Generator): void {
  normal_(weight, 0, 1, generator);
  if (paddingIdx !== null) noGrad(() => void weight.select(0, paddingIdx).fill_(0));
}

/** Options of `Embedding`. */
export interface EmbeddingModuleOptions extends LookupOptions {
  /** Row that is initialized with 0 and receives no gradient, or `null`, the default; negative counts from the end. */
  readonly paddingIdx?: number | null;
  /** Whether the gradient of the weight is stored by rows, for `SGD` and `SparseAdam`; false by default. */
  readonly sparse?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/**
 * Lookup table of learned vectors: integer indices [...] to the rows [..., embeddingDim] of the weight, which is initialized with standard normal numbers.
 * Gradients of a row that is looked up several times add up.
 * @throws Forward throws IndexError for an index out of range, and DTypeError for indices that are not integers.
 * @example new nn.Embedding(10, 3).forward(tensor([1, 5], { dtype: "int32" })).shape; // [2, 3]
 */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly sparse: boolean;
  readonly #lookup: LookupOptions;
  /** [numEmbeddings, embeddingDim] */
  weight: Parameter;
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { paddingIdx = null, sparse = false, dtype = "float32", generator = defaultGenerator, ...lookup } = options;
    checkSizes("Embedding", [numEmbeddings, embeddingDim]);
    super();
    this.#lookup = lookup;
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx;
    this.sparse = sparse;
    this.weight = new Parameter(zeros([numEmbeddings, embeddingDim], { dtype }));
    this.resetParameters(generator);
  }

  /** Initializes the weight again with standard normal numbers, and the row of the padding with 0. */
  resetParameters(generator: Generator = defaultGenerator): void {
    fillTable(this.weight, this.paddingIdx, generator);
  }

  override forward(input: Tensor): Tensor {
    return embedding(input, this.weight, { ...this.#lookup, paddingIdx: this.paddingIdx, sparse: this.sparse });
  }
  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}`;
  }
}

/** Options of `EmbeddingBag`. */
export interface EmbeddingBagModuleOptions extends EmbeddingModuleOptions {
  /** Function of the rows of a bag; the mean by default. */
  readonly mode?: "sum" | "mean" | "max";
  /** Whether the last offset is the end of the last bag; false by default. */
  readonly includeLastOffset?: boolean;
}

/**
 * Means, sums or maxima of bags of rows of a learned table, which is initialized with standard normal numbers: a bag for each row of a matrix of indices, or for each offset of a vector of them, to
 * [bags, embeddingDim].
 * @throws Forward throws IndexError for an index out of range, and DTypeError for indices that are not integers.
 * @example new nn.EmbeddingBag(10, 3).forward(tensor([[1, 5]], { dtype: "int32" })).shape; // [1, 3]
 */
export class EmbeddingBag extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly #options: Omit<EmbeddingBagModuleOptions, "dtype" | "generator">;
  /** [numEmbeddings, embeddingDim] */
  weight: Parameter;
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagModuleOptions = {}) {
    checkNew(new.target, arguments);
    const { dtype = "float32", generator = defaultGenerator, ...rest } = options;
    checkSizes("EmbeddingBag", [numEmbeddings, embeddingDim]);
    super();
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.#options = rest;
    this.weight = new Parameter(zeros([numEmbeddings, embeddingDim], { dtype }));
    this.resetParameters(generator);
  }

  /** Initializes the weight again with standard normal numbers, and the row of the padding with 0. */
  resetParameters(generator: Generator = defaultGenerator): void {
    fillTable(this.weight, this.#options.paddingIdx ?? null, generator);
  }

  override forward(input: Tensor, offsets: Tensor | null = null, perSampleWeights: Tensor | null = null): Tensor {
    return embeddingBag(input, this.weight, offsets, { ...this.#options, perSampleWeights });
  }
  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}, mode="${this.#options.mode ?? "mean"}"`;
  }
}
