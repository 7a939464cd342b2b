/** Types of the methods that tensors have under further names, and of in-place forms, which the records of ops state. Written by scripts/signatures.mjs. */
import type { Tensor } from "../../tensor/tensor.ts";
import type { asStrided } from "../shape/strided.ts";
import type { asStridedScatter } from "../shape/strided.ts";

/** The method of a function whose first parameter is the tensor. */
type MethodOf<F> = F extends (input: Tensor, ...args: infer A) => infer R ? (...args: A) => R : never;

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Is another name of `abs`. */
    absolute: Tensor["abs"];
    /** Stores the result of `absolute` in this tensor. */
    absolute_: Tensor["abs_"];
    /** Is another name of `acos`. */
    arccos: Tensor["acos"];
    /** Stores the result of `arccos` in this tensor. */
    arccos_: Tensor["acos_"];
    /** Is another name of `acosh`. */
    arccosh: Tensor["acosh"];
    /** Stores the result of `arccosh` in this tensor. */
    arccosh_: Tensor["acosh_"];
    /** Is another name of `asin`. */
    arcsin: Tensor["asin"];
    /** Stores the result of `arcsin` in this tensor. */
    arcsin_: Tensor["asin_"];
    /** Is another name of `asinh`. */
    arcsinh: Tensor["asinh"];
    /** Stores the result of `arcsinh` in this tensor. */
    arcsinh_: Tensor["asinh_"];
    /** Is another name of `atan`. */
    arctan: Tensor["atan"];
    /** Is another name of `atan2`. */
    arctan2: Tensor["atan2"];
    /** Stores the result of `arctan2` in this tensor. */
    arctan2_: Tensor["atan2_"];
    /** Stores the result of `arctan` in this tensor. */
    arctan_: Tensor["atan_"];
    /** Is another name of `atanh`. */
    arctanh: Tensor["atanh"];
    /** Stores the result of `arctanh` in this tensor. */
    arctanh_: Tensor["atanh_"];
    /** Is another name of `asStrided`. */
    asStrided: MethodOf<typeof asStrided>;
    /** Is another name of `asStridedScatter`. */
    asStridedScatter: MethodOf<typeof asStridedScatter>;
    /** Is another name of `clamp`. */
    clip: Tensor["clamp"];
    /** Stores the result of `clip` in this tensor. */
    clip_: Tensor["clamp_"];
    /** Is another name of `div`. */
    divide: Tensor["div"];
    /** Stores the result of `divide` in this tensor. */
    divide_: Tensor["div_"];
    /** Stores the result of `eq` in this tensor. */
    eq_: Tensor["eq"];
    /** Stores the result of `erf` in this tensor. */
    erf_: Tensor["erf"];
    /** Stores the result of `expm1` in this tensor. */
    expm1_: Tensor["expm1"];
    /** Is another name of `trunc`. */
    fix: Tensor["trunc"];
    /** Stores the result of `fix` in this tensor. */
    fix_: Tensor["trunc_"];
    /** Stores the result of `floorDivide` in this tensor. */
    floorDivide_: Tensor["floorDivide"];
    /** Stores the result of `gcd` in this tensor. */
    gcd_: Tensor["gcd"];
    /** Stores the result of `ge` in this tensor. */
    ge_: Tensor["ge"];
    /** Is another name of `outer`. */
    ger: Tensor["outer"];
    /** Is another name of `gt`. */
    greater: Tensor["gt"];
    /** Is another name of `ge`. */
    greaterEqual: Tensor["ge"];
    /** Stores the result of `greaterEqual` in this tensor. */
    greaterEqual_: Tensor["ge"];
    /** Stores the result of `greater` in this tensor. */
    greater_: Tensor["gt"];
    /** Stores the result of `gt` in this tensor. */
    gt_: Tensor["gt"];
    /** Stores the result of `heaviside` in this tensor. */
    heaviside_: Tensor["heaviside"];
    /** Stores the result of `lcm` in this tensor. */
    lcm_: Tensor["lcm"];
    /** Stores the result of `le` in this tensor. */
    le_: Tensor["le"];
    /** Is another name of `lt`. */
    less: Tensor["lt"];
    /** Is another name of `le`. */
    lessEqual: Tensor["le"];
    /** Stores the result of `lessEqual` in this tensor. */
    lessEqual_: Tensor["le"];
    /** Stores the result of `less` in this tensor. */
    less_: Tensor["lt"];
    /** Stores the result of `log1p` in this tensor. */
    log1p_: Tensor["log1p"];
    /** Stores the result of `logicalAnd` in this tensor. */
    logicalAnd_: Tensor["logicalAnd"];
    /** Stores the result of `logicalNot` in this tensor. */
    logicalNot_: Tensor["logicalNot"];
    /** Stores the result of `logicalOr` in this tensor. */
    logicalOr_: Tensor["logicalOr"];
    /** Stores the result of `logicalXor` in this tensor. */
    logicalXor_: Tensor["logicalXor"];
    /** Stores the result of `lt` in this tensor. */
    lt_: Tensor["lt"];
    /** Is another name of `movedim`. */
    moveaxis: Tensor["movedim"];
    /** Is another name of `mul`. */
    multiply: Tensor["mul"];
    /** Stores the result of `multiply` in this tensor. */
    multiply_: Tensor["mul_"];
    /** Stores the result of `ne` in this tensor. */
    ne_: Tensor["ne"];
    /** Is another name of `neg`. */
    negative: Tensor["neg"];
    /** Stores the result of `negative` in this tensor. */
    negative_: Tensor["neg_"];
    /** Is another name of `ne`. */
    notEqual: Tensor["ne"];
    /** Stores the result of `notEqual` in this tensor. */
    notEqual_: Tensor["ne"];
    /** Stores the result of `remainder` in this tensor. */
    remainder_: Tensor["remainder"];
    /** Stores the result of `rsqrt` in this tensor. */
    rsqrt_: Tensor["rsqrt"];
    /** Stores the result of `sign` in this tensor. */
    sign_: Tensor["sign"];
    /** Is another name of `sub`. */
    subtract: Tensor["sub"];
    /** Stores the result of `subtract` in this tensor. */
    subtract_: Tensor["sub_"];
    /** Is another name of `transpose`. */
    swapaxes: Tensor["transpose"];
    /** Is another name of `transpose`. */
    swapdims: Tensor["transpose"];
    /** Is another name of `div`. */
    trueDivide: Tensor["div"];
    /** Stores the result of `trueDivide` in this tensor. */
    trueDivide_: Tensor["div_"];
    /** Is another name of `chunk`. */
    unsafeChunk: Tensor["chunk"];
    /** Is another name of `split`. */
    unsafeSplit: Tensor["split"];
    /** Is another name of `splitWithSizes`. */
    unsafeSplitWithSizes: Tensor["splitWithSizes"];
  }
}
