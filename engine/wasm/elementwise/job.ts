/** Elementwise work in float32 as a job that threads share. */
import * as Form from "../../src/fast/abi/codes/elementwise-form";
import * as Formula from "../../src/fast/abi/codes/formula";
import * as Slope from "../../src/fast/abi/codes/slope";
import * as Unary from "../../src/fast/abi/codes/unary";
import * as Job from "../../src/fast/abi/jobs/elementwise";
import { address, double, word } from "../threads/words";
import { flat32 } from "./binary";
import * as formulas from "./formulas32";
import { runSlopeFormula } from "./slope-job";
import { geluSlope32, geluTanhSlope32, reluSlope32, sigmoidSlope32, tanhSlope32 } from "./slopes";
import {
  abs32, acos32, acosh32, asin32, asinh32, atan32, atanh32, ceil32, cos32, erf32, erfc32, erfinv32, exp232, exp32, floor32, gelu32, geluTanh32, log1032, log232,
  log32, ndtr32, ndtri32, neg32, reciprocal32, relu32, round32, rsqrt32, sigmoid32, sign32, sin32, sqrt32, square32, tan32, tanh32, trunc32,
} from "./unary";

function runUnary(code: i32, n: usize, a: usize, c: usize): void {
  switch (code) {
    case Unary.neg: neg32(n, a, c); break;
    case Unary.abs: abs32(n, a, c); break;
    case Unary.sqrt: sqrt32(n, a, c); break;
    case Unary.relu: relu32(n, a, c); break;
    case Unary.square: square32(n, a, c); break;
    case Unary.reciprocal: reciprocal32(n, a, c); break;
    case Unary.rsqrt: rsqrt32(n, a, c); break;
    case Unary.exp: exp32(n, a, c); break;
    case Unary.log: log32(n, a, c); break;
    case Unary.tanh: tanh32(n, a, c); break;
    case Unary.sigmoid: sigmoid32(n, a, c); break;
    case Unary.erf: erf32(n, a, c); break;
    case Unary.gelu: gelu32(n, a, c); break;
    case Unary.geluTanh: geluTanh32(n, a, c); break;
    case Unary.sin: sin32(n, a, c); break;
    case Unary.cos: cos32(n, a, c); break;
    case Unary.floor: floor32(n, a, c); break;
    case Unary.ceil: ceil32(n, a, c); break;
    case Unary.trunc: trunc32(n, a, c); break;
    case Unary.round: round32(n, a, c); break;
    case Unary.sign: sign32(n, a, c); break;
    case Unary.exp2: exp232(n, a, c); break;
    case Unary.tan: tan32(n, a, c); break;
    case Unary.asin: asin32(n, a, c); break;
    case Unary.acos: acos32(n, a, c); break;
    case Unary.atan: atan32(n, a, c); break;
    case Unary.asinh: asinh32(n, a, c); break;
    case Unary.acosh: acosh32(n, a, c); break;
    case Unary.atanh: atanh32(n, a, c); break;
    case Unary.erfc: erfc32(n, a, c); break;
    case Unary.ndtr: ndtr32(n, a, c); break;
    case Unary.erfinv: erfinv32(n, a, c); break;
    case Unary.ndtri: ndtri32(n, a, c); break;
    case Unary.log2: log232(n, a, c); break;
    case Unary.log10: log1032(n, a, c); break;
  }
}

function runSlope(code: i32, n: usize, g: usize, s: usize, c: usize): void {
  switch (code) {
    case Slope.relu: reluSlope32(n, g, s, c); break;
    case Slope.tanh: tanhSlope32(n, g, s, c); break;
    case Slope.sigmoid: sigmoidSlope32(n, g, s, c); break;
    case Slope.gelu: geluSlope32(n, g, s, c); break;
    case Slope.geluTanh: geluTanhSlope32(n, g, s, c); break;
  }
}

function runFormula(code: i32, n: usize, a: usize, p: f64, q: f64, r: f64, c: usize): void {
  switch (code) {
    case Formula.silu: formulas.silu32(n, a, p, q, r, c); break;
    case Formula.mish: formulas.mish32(n, a, p, q, r, c); break;
    case Formula.softplus: formulas.softplus32(n, a, p, q, r, c); break;
    case Formula.logSigmoid: formulas.logSigmoid32(n, a, p, q, r, c); break;
    case Formula.exponentialLinear: formulas.exponentialLinear32(n, a, p, q, r, c); break;
    case Formula.expm1: formulas.expm132(n, a, p, q, r, c); break;
    case Formula.log1p: formulas.log1p32(n, a, p, q, r, c); break;
    case Formula.logit: formulas.logit32(n, a, p, q, r, c); break;
    case Formula.leakyRelu: formulas.leakyRelu32(n, a, p, q, r, c); break;
    case Formula.limit: formulas.limit32(n, a, p, q, r, c); break;
    case Formula.hardsigmoid: formulas.hardsigmoid32(n, a, p, q, r, c); break;
    case Formula.hardswish: formulas.hardswish32(n, a, p, q, r, c); break;
    case Formula.softshrink: formulas.softshrink32(n, a, p, q, r, c); break;
    case Formula.hardshrink: formulas.hardshrink32(n, a, p, q, r, c); break;
    case Formula.threshold: formulas.threshold32(n, a, p, q, r, c); break;
    case Formula.frac: formulas.frac32(n, a, p, q, r, c); break;
    case Formula.scale: formulas.scale32(n, a, p, q, r, c); break;
    case Formula.nanToNum: formulas.nanToNum32(n, a, p, q, r, c); break;
    case Formula.angle: formulas.angle32(n, a, p, q, r, c); break;
    case Formula.entr: formulas.entr32(n, a, p, q, r, c); break;
    case Formula.huber: formulas.huber32(n, a, p, q, r, c); break;
    case Formula.sinh: formulas.sinh32(n, a, p, q, r, c); break;
    case Formula.cosh: formulas.cosh32(n, a, p, q, r, c); break;
  }
}

/** Runs the job's function on the elements of a chunk. */
export function runElementwiseChunk(words: usize, chunk: i32): void {
  const size = word(words, Job.elementsPerChunk);
  const start = chunk * size;
  const n = <usize>min(size, word(words, Job.elements) - start), offset = <usize>start << 2;
  const form = word(words, Job.form), code = word(words, Job.code);
  const a = address(words, Job.first) + offset, b = address(words, Job.second) + offset, c = address(words, Job.result) + offset;
  if (form == Form.unary) runUnary(code, n, a, c);
  else if (form == Form.slope) runSlope(code, n, a, b, c);
  else if (form == Form.formula) runFormula(code, n, a, double(words, Job.pLow), double(words, Job.qLow), double(words, Job.rLow), c);
  else if (form == Form.slopeFormula) runSlopeFormula(code, n, a, b, double(words, Job.pLow), double(words, Job.qLow), double(words, Job.rLow), c);
  else if (form == Form.binary) flat32(code, n, a, b, c);
}
