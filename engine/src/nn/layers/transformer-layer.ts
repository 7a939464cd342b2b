/** Single layers of transformers. */
import { gelu, relu } from "../../ops/functional/activation.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes, full } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { MultiheadAttention } from "./attention.ts";
import { Dropout } from "./dropout.ts";
import { Linear } from "./linear.ts";
import { LayerNorm } from "./normalization.ts";

/** Options of transformer layers. */
export interface TransformerLayerOptions {
  /** Size of the hidden layer of the feedforward part; 2048 by default. */
  readonly dimFeedforward?: number;
  /** Probability that an element is set to 0 in training mode; 0.1 by default. */
  readonly dropout?: number;
  /** Activation of the feedforward part: "relu", the default, "gelu", or a function. */
  readonly activation?: "relu" | "gelu" | ((x: Tensor) => Tensor);
  /** Added to the variance in layer normalization; 1e-5 by default. */
  readonly layerNormEps?: number;
  /** Whether inputs and output are [N, T, …] instead of [T, N, …]; false by default. */
  readonly batchFirst?: boolean;
  /** Whether layers are normalized before each part instead of behind it; false by default. */
  readonly normFirst?: boolean;
  /** Whether linear layers and normalizations have biases; true by default. */
  readonly bias?: boolean;
  readonly dtype?: DType;
  readonly generator?: Generator;
}

/** Masks of an encoder. A mask of booleans is true where a query may not attend to a key; floats are added to the scores. */
export interface EncoderMasks {
  /** Mask [T, T] or [N nhead, T, T]. */
  readonly mask?: Tensor | null;
  /** Keys [N, T] that are left out where it is true. */
  readonly srcKeyPaddingMask?: Tensor | null;
  /** Whether a position attends to those before it alone; false by default. */
  readonly isCausal?: boolean;
}

/** Masks of an encoder layer, as those of the encoder. */
export type EncoderLayerMasks = Omit<EncoderMasks, "mask"> & { readonly srcMask?: Tensor | null };

/** Masks of a decoder: of its own inputs, and of the memory that it attends to. */
export interface DecoderMasks {
  readonly tgtMask?: Tensor | null;
  readonly memoryMask?: Tensor | null;
  readonly tgtKeyPaddingMask?: Tensor | null;
  readonly memoryKeyPaddingMask?: Tensor | null;
  /** Whether a position attends to those before it alone; false by default. */
  readonly tgtIsCausal?: boolean;
  readonly memoryIsCausal?: boolean;
}

/** Returns the mask [size, size] with -Infinity above the diagonal, which lets each position attend to itself and those before it. */
export function causalMask(size: number, dtype: DType): Tensor {
  return full([size, size], -Infinity, { dtype }).triu(1);
}

const activationOf = (
  name: string,
  activation: TransformerLayerOptions["activation"] = "relu",
): ((x: Tensor) => Tensor) => {
  if (typeof activation === "function") return activation;
  if (activation === "relu") return relu;
  if (activation === "gelu") return (x) => gelu(x);
  throw new ArgumentError(name, `activation must be "relu", "gelu" or a function, but got ${String(activation)}`);
};

/** Throws for sizes of a transformer that no tensor can have, and unless `dModel` is a multiple of `nhead`. */
export function checkTransformerSizes(name: string, dModel: number, nhead: number, dimFeedforward = 2048): void {
  checkSizes(name, [3 * dModel, dModel]);
  checkSizes(name, [dimFeedforward, dModel]);
  checkSizes(name, [nhead]);
  if (nhead === 0 || dModel === 0 || dModel % nhead !== 0)
    throw new ArgumentError(name, `dModel ${dModel} must be a multiple of nhead ${nhead}`);
}

/** Functions that make the submodules of a layer. */
interface Parts {
  readonly attention: () => MultiheadAttention;
  readonly linear1: () => Linear;
  readonly linear2: () => Linear;
  readonly norm: () => LayerNorm;
  readonly drop: () => Dropout;
}

/** Submodules of a layer, in PyTorch's order, which is that of the fields of the classes. */
function partsOf(dModel: number, nhead: number, options: TransformerLayerOptions): Parts {
  const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5, bias = true, batchFirst = false } = options;
  const { dtype = "float32", generator = defaultGenerator } = options;
  return {
    attention: () => new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst, dtype, generator }),
    linear1: () => new Linear(dModel, dimFeedforward, { bias, dtype, generator }),
    linear2: () => new Linear(dimFeedforward, dModel, { bias, dtype, generator }),
    norm: () => new LayerNorm(dModel, { eps, bias, dtype }),
    drop: () => new Dropout(dropout, generator),
  };
}

/** Base class of encoder and decoder layers. */
abstract class TransformerLayer extends Module {
  readonly normFirst: boolean;
  readonly batchFirst: boolean;
  abstract linear1: Linear;
  abstract dropout: Dropout;
  abstract linear2: Linear;
  readonly #activation: (x: Tensor) => Tensor;

  constructor(name: string, options: TransformerLayerOptions) {
    const activation = activationOf(name, options.activation);
    super();
    this.normFirst = options.normFirst ?? false;
    this.batchFirst = options.batchFirst ?? false;
    this.#activation = activation;
  }

  /** Returns the attention of `x` to keys and values. */
  protected attend(
    attention: MultiheadAttention,
    x: Tensor,
    memory: Tensor,
    mask: Tensor | null,
    keyPaddingMask: Tensor | null,
    isCausal: boolean,
  ): Tensor {
    const steps = x.shape[this.batchFirst && x.ndim === 3 ? 1 : 0];
    const attnMask = mask ?? (isCausal ? causalMask(steps, x.dtype) : null);
    return attention.forward(x, memory, memory, { attnMask, keyPaddingMask, needWeights: false })[0];
  }

  protected feedForward(x: Tensor): Tensor {
    return this.linear2.forward(this.dropout.forward(this.#activation(this.linear1.forward(x))));
  }

  /** Returns x plus a part of the layer, normalized before or behind the part. */
  protected residual(x: Tensor, norm: LayerNorm, dropout: Dropout, part: (x: Tensor) => Tensor): Tensor {
    if (this.normFirst) return x.add(dropout.forward(part(norm.forward(x))));
    return norm.forward(x.add(dropout.forward(part(x))));
  }
}

/**
 * One layer of a transformer encoder: self-attention and a feedforward part, each with dropout, a residual connection and layer normalization. The input is [T, N, dModel],
 * [N, T, dModel] with `batchFirst`, or [T, dModel]. Source: Vaswani et al., 2017; `normFirst`: Xiong et al., 2020.
 * @throws ArgumentError when `dModel` is no multiple of `nhead`.
 * @example new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16 }).forward(zeros([5, 3, 8])).shape; // [5, 3, 8]
 */
export class TransformerEncoderLayer extends TransformerLayer {
  selfAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  readonly #make: () => TransformerEncoderLayer;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    checkNew(new.target, arguments);
    checkTransformerSizes("TransformerEncoderLayer", dModel, nhead, options.dimFeedforward);
    super("TransformerEncoderLayer", options);
    const part = partsOf(dModel, nhead, options);
    this.selfAttn = part.attention();
    this.linear1 = part.linear1();
    this.dropout = part.drop();
    this.linear2 = part.linear2();
    [this.norm1, this.norm2] = [part.norm(), part.norm()];
    [this.dropout1, this.dropout2] = [part.drop(), part.drop()];
    this.#make = () => new TransformerEncoderLayer(dModel, nhead, options);
  }

  /** Returns a layer with the same settings and copies of the weights. */
  clone(): TransformerEncoderLayer {
    return copied(this.#make(), this);
  }

  override forward(
    src: Tensor,
    { srcMask = null, srcKeyPaddingMask = null, isCausal = false }: EncoderLayerMasks = {},
  ): Tensor {
    const x = this.residual(src, this.norm1, this.dropout1, (y) =>
      this.attend(this.selfAttn, y, y, srcMask, srcKeyPaddingMask, isCausal),
    );
    return this.residual(x, this.norm2, this.dropout2, (y) => this.feedForward(y));
  }
}

/**
 * One layer of a transformer decoder: self-attention, attention to the memory of an encoder, and a feedforward part, each with dropout, a residual connection and layer
 * normalization. Source: Vaswani et al., 2017.
 * @throws ArgumentError when `dModel` is no multiple of `nhead`.
 * @example new nn.TransformerDecoderLayer(8, 2, { dimFeedforward: 16 }).forward(zeros([5, 3, 8]), zeros([7, 3, 8])).shape; // [5, 3, 8]
 */
export class TransformerDecoderLayer extends TransformerLayer {
  selfAttn: MultiheadAttention;
  multiheadAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;
  readonly #make: () => TransformerDecoderLayer;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    checkNew(new.target, arguments);
    checkTransformerSizes("TransformerDecoderLayer", dModel, nhead, options.dimFeedforward);
    super("TransformerDecoderLayer", options);
    const part = partsOf(dModel, nhead, options);
    this.selfAttn = part.attention();
    this.multiheadAttn = part.attention();
    this.linear1 = part.linear1();
    this.dropout = part.drop();
    this.linear2 = part.linear2();
    [this.norm1, this.norm2, this.norm3] = [part.norm(), part.norm(), part.norm()];
    [this.dropout1, this.dropout2, this.dropout3] = [part.drop(), part.drop(), part.drop()];
    this.#make = () => new TransformerDecoderLayer(dModel, nhead, options);
  }

  /** Returns a layer with the same settings and copies of the weights. */
  clone(): TransformerDecoderLayer {
    return copied(this.#make(), this);
  }

  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const { tgtMask = null, memoryMask = null, tgtKeyPaddingMask = null, memoryKeyPaddingMask = null } = masks;
    const { tgtIsCausal = false, memoryIsCausal = false } = masks;
    let x = this.residual(tgt, this.norm1, this.dropout1, (y) =>
      this.attend(this.selfAttn, y, y, tgtMask, tgtKeyPaddingMask, tgtIsCausal),
    );
    x = this.residual(x, this.norm2, this.dropout2, (y) =>
      this.attend(this.multiheadAttn, y, memory, memoryMask, memoryKeyPaddingMask, memoryIsCausal),
    );
    return this.residual(x, this.norm3, this.dropout3, (y) => this.feedForward(y));
  }
}

/** Gives a module the weights and the mode of another one. */
function copied<M extends Module>(to: M, from: M): M {
  to.loadStateDict(from.stateDict());
  return to.train(from.training);
}
