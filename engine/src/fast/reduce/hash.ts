/** The exclusive or of the bits of all elements. */
import { registerFastFunctions } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addressOf, allocateTemporary, finishKernel, memory32 } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

const kernelOf = { float32: "hashFloat32", float64: "hashWords", int64: "hashWords", int32: "hashInt32" } as const;

function hash(x: Strided): bigint | null {
  const n = sizeOf(x.shape);
  const wasm = x.dtype in kernelOf ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return null;
  const to = allocateTemporary(8);
  wasm[kernelOf[x.dtype as keyof typeof kernelOf]](n, addressOf(x), to);
  const [bits] = new BigInt64Array(memory32().buffer, to, 1);
  finishKernel();
  return bits;
}

registerFastFunctions({ hash });
