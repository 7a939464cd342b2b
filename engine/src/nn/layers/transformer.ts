/** Stacks of transformer layers. */
import { checkNew } from "../../tensor/arguments/guard.ts";
import { checkSizes } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { defaultGenerator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";
import { xavierUniform_ } from "../init/index.ts";
import { LayerNorm } from "./normalization.ts";
import {
  causalMask,
  checkTransformerSizes,
  type DecoderMasks,
  type EncoderMasks,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from "./transformer-layer.ts";

const copies = <L extends { clone(): L }>(layer: L, count: number): L[] =>
  Array.from({ length: count }, () => layer.clone());

/**
 * A stack of encoder layers with the settings and first weights of one, and a normalization behind the last. The given layer itself is not part of it.
 * @example
 * const layer = new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16 });
 * new nn.TransformerEncoder(layer, 3).forward(zeros([5, 2, 8])).shape; // [5, 2, 8]
 */
export class TransformerEncoder extends Module {
  layers: TransformerEncoderLayer[];
  norm: LayerNorm | null;

  constructor(
    encoderLayer: TransformerEncoderLayer,
    numLayers: number,
    options: { readonly norm?: LayerNorm | null } = {},
  ) {
    checkNew(new.target, arguments);
    checkSizes(new.target.name, [numLayers]);
    super();
    this.layers = copies(encoderLayer, numLayers);
    this.norm = options.norm ?? null;
  }

  override forward(
    src: Tensor,
    { mask = null, srcKeyPaddingMask = null, isCausal = false }: EncoderMasks = {},
  ): Tensor {
    const masks = { srcMask: mask, srcKeyPaddingMask, isCausal };
    const x = this.layers.reduce((y, layer) => layer.forward(y, masks), src);
    return this.norm === null ? x : this.norm.forward(x);
  }
}

/**
 * A stack of decoder layers with the settings and first weights of one, and a normalization behind the last. The given layer itself is not part of it.
 * @example
 * const layer = new nn.TransformerDecoderLayer(8, 2, { dimFeedforward: 16 });
 * new nn.TransformerDecoder(layer, 3).forward(zeros([5, 2, 8]), zeros([7, 2, 8])).shape; // [5, 2, 8]
 */
export class TransformerDecoder extends Module {
  layers: TransformerDecoderLayer[];
  norm: LayerNorm | null;

  constructor(
    decoderLayer: TransformerDecoderLayer,
    numLayers: number,
    options: { readonly norm?: LayerNorm | null } = {},
  ) {
    checkNew(new.target, arguments);
    checkSizes(new.target.name, [numLayers]);
    super();
    this.layers = copies(decoderLayer, numLayers);
    this.norm = options.norm ?? null;
  }

  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const x = this.layers.reduce((y, layer) => layer.forward(y, memory, masks), tgt);
    return this.norm === null ? x : this.norm.forward(x);
  }
}

/** Options of `Transformer`. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Number of encoder layers; 6 by default. */
  readonly numEncoderLayers?: number;
  /** Number of decoder layers; 6 by default. */
  readonly numDecoderLayers?: number;
}

/** Masks of a transformer: those of its encoder and those of its decoder. */
export interface TransformerMasks extends DecoderMasks {
  readonly srcMask?: Tensor | null;
  readonly srcKeyPaddingMask?: Tensor | null;
  readonly srcIsCausal?: boolean;
}

/**
 * An encoder and a decoder: maps a source [S, N, dModel] and a target [T, N, dModel], or both with N first, or without N, to [T, N, dModel]. Matrices are initialized by
 * `xavierUniform_`. `dModel` is 512 and `nhead` 8 by default. Source: Vaswani et al., 2017.
 * @throws ArgumentError when `dModel` is no multiple of `nhead`. Forward throws ShapeError when source and target have other numbers of features.
 * @example
 * const model = new nn.Transformer(8, 2, { numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 16 });
 * model.forward(zeros([7, 3, 8]), zeros([5, 3, 8])).shape; // [5, 3, 8]
 */
export class Transformer extends Module {
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;
  encoder: TransformerEncoder;
  decoder: TransformerDecoder;

  constructor(dModel = 512, nhead = 8, options: TransformerOptions = {}) {
    checkNew(new.target, arguments);
    const { numEncoderLayers = 6, numDecoderLayers = 6, ...layer } = options;
    checkTransformerSizes("Transformer", dModel, nhead, options.dimFeedforward);
    checkSizes("Transformer", [numEncoderLayers, numDecoderLayers]);
    super();
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = options.batchFirst ?? false;
    const { layerNormEps: eps = 1e-5, bias = true, dtype = "float32" } = layer;
    const norm = (): LayerNorm => new LayerNorm(dModel, { eps, bias, dtype });
    this.encoder = new TransformerEncoder(new TransformerEncoderLayer(dModel, nhead, layer), numEncoderLayers, {
      norm: norm(),
    });
    this.decoder = new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, layer), numDecoderLayers, {
      norm: norm(),
    });
    const generator = options.generator ?? defaultGenerator;
    for (const p of this.parameters()) if (p.ndim > 1) xavierUniform_(p, 1, generator);
  }

  /**
   * Returns the mask [size, size] with -Infinity above the diagonal, which lets each position attend to itself and those before it.
   * @example nn.Transformer.generateSquareSubsequentMask(2).toArray(); // [[0, -Infinity], [0, 0]]
   */
  static generateSquareSubsequentMask(size: number, { dtype = "float32" }: { readonly dtype?: DType } = {}): Tensor {
    return causalMask(size, dtype);
  }

  override forward(src: Tensor, tgt: Tensor, masks: TransformerMasks = {}): Tensor {
    const { srcMask = null, srcKeyPaddingMask = null, srcIsCausal = false, ...others } = masks;
    const [a, b] = [src.shape.at(-1), tgt.shape.at(-1)];
    if (a !== this.dModel || b !== this.dModel)
      throw new ShapeError("Transformer", `source and target must have ${this.dModel} features`, [
        src.shape,
        tgt.shape,
      ]);
    const memory = this.encoder.forward(src, { mask: srcMask, srcKeyPaddingMask, isCausal: srcIsCausal });
    return this.decoder.forward(tgt, memory, others);
  }
}
