/** Elementwise functions of one tensor. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as Form from "../abi/codes/elementwise-form.ts";
import * as Unary from "../abi/codes/unary.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addressOf, finishKernel, isFloat, isFloat32, resultAddressOf } from "../wasm/operands.ts";
import { computeBoundTime, memoryBoundTime, minSharedElements, minWasmElements, shareElements } from "./job.ts";

export type UnaryName = keyof typeof Unary;

/** Whether a function takes so few instructions that its time is that of reading and writing memory. */
const isMemoryBound = (name: UnaryName): boolean =>
  ["neg", "abs", "sqrt", "relu", "square", "reciprocal", "rsqrt"].includes(name);

/** Returns the function that computes a unary op; it declines other dtypes than float32 and float64. */
export function unaryRunner(name: UnaryName): (out: Strided, x: Strided) => boolean {
  const code = Unary[name];
  const nanoseconds = isMemoryBound(name) ? memoryBoundTime : computeBoundTime;
  const [name32, name64] = [`${name}32`, `${name}64`] as const;
  return (out, x) => {
    const n = out.storage.length;
    const wasm = kernelsFor(n, minWasmElements);
    if (wasm === null || !isFloat(x) || x.storage.dtype !== out.storage.dtype) return false;
    const run = wasm[isFloat32(x) ? name32 : name64];
    const from = addressOf(x);
    const to = resultAddressOf(out);
    if (!isFloat32(x) || n < minSharedElements || !shareElements(wasm, Form.unary, code, n, nanoseconds, from, 0, to))
      run(n, from, to);
    return finishKernel();
  };
}

const unary = (name: UnaryName): FastKernel => {
  const run = unaryRunner(name);
  return (outputs, inputs) => run(outputs[0], inputs[0]);
};

const [exactGelu, geluByTanh] = [unaryRunner("gelu"), unaryRunner("geluTanh")];
const gelu: FastKernel = ([out], [x], approximate) => (approximate === "none" ? exactGelu : geluByTanh)(out, x);

for (const name of Object.keys(Unary) as UnaryName[])
  if (name !== "gelu" && name !== "geluTanh") registerFastKernel(name, unary(name));
registerFastKernel("gelu", gelu);
// of real numbers both are the same
registerFastKernel("sgn", unary("sign"));
