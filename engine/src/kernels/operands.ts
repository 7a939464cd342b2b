/** What the float32 kernels take. */
import { contiguousArray, type Strided } from "../tensor/strided.ts";

export const isFloat32 = (t: Strided): boolean => t.storage.dtype === "float32";

/** The elements of a float32 tensor in row-major order; only for reading. */
export const floats = (t: Strided): Float32Array => contiguousArray(t) as Float32Array;
