/** Casts between dtypes, as steps on blocks of elements that stay in the processor's first cache. */
import * as CastStep from "../../src/fast/abi/codes/cast-step";
import {
  float32ToInt8, float32ToInt16, float32ToInt32, float32ToInt64, float32ToFloat64, float64ToInt32, float64ToInt64, float64ToFloat32, float32ToBool, float64ToBool,
  float32ToComplex64, float64ToComplex128, complex64ToFloat32, complex128ToFloat64,
} from "./floats";
import {
  float16ToFloat32, bfloat16ToFloat32, float32ToFloat16, float32ToBfloat16,
} from "./halves";
import {
  uint8ToInt32, int8ToInt32, int16ToInt32, int64ToInt32, int64ToFloat32, int64ToFloat64, int32ToFloat32, int32ToFloat64, int32ToInt64, int32ToInt8,
  int32ToInt16, int32ToBool, int64ToBool,
} from "./integers";

/** Elements of a block. */
const blockElements: usize = 1024;

function run(step: i32, n: usize, a: usize, c: usize): void {
  switch (step) {
    case CastStep.uint8ToInt32: uint8ToInt32(n, a, c); break;
    case CastStep.int8ToInt32: int8ToInt32(n, a, c); break;
    case CastStep.int16ToInt32: int16ToInt32(n, a, c); break;
    case CastStep.int64ToInt32: int64ToInt32(n, a, c); break;
    case CastStep.int64ToFloat32: int64ToFloat32(n, a, c); break;
    case CastStep.int64ToFloat64: int64ToFloat64(n, a, c); break;
    case CastStep.float16ToFloat32: float16ToFloat32(n, a, c); break;
    case CastStep.bfloat16ToFloat32: bfloat16ToFloat32(n, a, c); break;
    case CastStep.int32ToFloat32: int32ToFloat32(n, a, c); break;
    case CastStep.int32ToFloat64: int32ToFloat64(n, a, c); break;
    case CastStep.int32ToInt64: int32ToInt64(n, a, c); break;
    case CastStep.float32ToInt32: float32ToInt32(n, a, c); break;
    case CastStep.float32ToInt8: float32ToInt8(n, a, c); break;
    case CastStep.float32ToInt16: float32ToInt16(n, a, c); break;
    case CastStep.float32ToInt64: float32ToInt64(n, a, c); break;
    case CastStep.float32ToFloat64: float32ToFloat64(n, a, c); break;
    case CastStep.float64ToInt32: float64ToInt32(n, a, c); break;
    case CastStep.float64ToInt64: float64ToInt64(n, a, c); break;
    case CastStep.float64ToFloat32: float64ToFloat32(n, a, c); break;
    case CastStep.int32ToInt8: int32ToInt8(n, a, c); break;
    case CastStep.int32ToInt16: int32ToInt16(n, a, c); break;
    case CastStep.int32ToBool: int32ToBool(n, a, c); break;
    case CastStep.int64ToBool: int64ToBool(n, a, c); break;
    case CastStep.float32ToBool: float32ToBool(n, a, c); break;
    case CastStep.float64ToBool: float64ToBool(n, a, c); break;
    case CastStep.float32ToFloat16: float32ToFloat16(n, a, c); break;
    case CastStep.float32ToBfloat16: float32ToBfloat16(n, a, c); break;
    case CastStep.float32ToComplex64: float32ToComplex64(n, a, c); break;
    case CastStep.float64ToComplex128: float64ToComplex128(n, a, c); break;
    case CastStep.complex64ToFloat32: complex64ToFloat32(n, a, c); break;
    case CastStep.complex128ToFloat64: complex128ToFloat64(n, a, c); break;
  }
}

/**
 * Casts n elements of `aBytes` bytes to ones of `cBytes` by up to three steps, of which those behind the last are -1. Results of the first two steps go to `scratch`, which has
 * room for two blocks of 16 bytes for each element.
 */
export function cast(first: i32, second: i32, third: i32, n: usize, a: usize, aBytes: usize, c: usize, cBytes: usize, scratch: usize): void {
  const other = scratch + blockElements * 16;
  for (let i: usize = 0; i < n; i += blockElements) {
    const size = min(blockElements, n - i), from = a + i * aBytes, to = c + i * cBytes;
    run(first, size, from, second < 0 ? to : scratch);
    if (second >= 0) run(second, size, scratch, third < 0 ? to : other);
    if (third >= 0) run(third, size, other, to);
  }
}
