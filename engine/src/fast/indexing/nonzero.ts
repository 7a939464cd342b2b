/** Coordinates of the elements that are not 0. */
import { blank } from "../../dispatch/blank.ts";
import { registerFastFunctions } from "../../dispatch/fast.ts";
import type { DType } from "../../tensor/dtype.ts";
import { contiguousStrides, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addressOf, allocateTemporary, declineKernel, finishKernel } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;
const wordBytes = 8;

const positionsOf = {
  bool: "bytePositions",
  uint8: "bytePositions",
  int8: "bytePositions",
  int32: "int32Positions",
  int64: "int64Positions",
  float32: "float32Positions",
  float64: "float64Positions",
} as const satisfies Partial<Record<DType, string>>;

function nonzero(x: Strided): Tensor | null {
  const n = sizeOf(x.shape);
  const rank = x.shape.length;
  const { dtype } = x;
  const wasm = rank > 0 && dtype in positionsOf ? kernelsFor(n, minWasmElements) : null;
  if (wasm === null) return null;
  const at = allocateTemporary(4 * (n + 1));
  const count = wasm[positionsOf[dtype as keyof typeof positionsOf]](n, addressOf(x), at);
  const found = blank({ shape: [count, rank], dtype: "int64" }, "nonzero");
  const { address } = found.storage;
  if (address <= 0) {
    declineKernel();
    return null;
  }
  if (rank === 2) wasm.matrixCoordinates(count, at, x.shape[1], address);
  else
    contiguousStrides(x.shape).forEach((stride, d) =>
      wasm.coordinatesAlong(count, at, x.shape[d], stride, address + wordBytes * d, wordBytes * rank),
    );
  finishKernel();
  return found;
}

registerFastFunctions({ nonzero });
