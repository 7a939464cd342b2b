/** Names of PyTorch's storages and of its types. */
import type { DType } from "../tensor/dtype.ts";

/** The class of a storage for each dtype. */
export const storageNames: Readonly<Record<DType, string>> = {
  bool: "BoolStorage",
  uint8: "ByteStorage",
  int8: "CharStorage",
  int16: "ShortStorage",
  int32: "IntStorage",
  int64: "LongStorage",
  float16: "HalfStorage",
  bfloat16: "BFloat16Storage",
  float32: "FloatStorage",
  float64: "DoubleStorage",
  complex64: "ComplexFloatStorage",
  complex128: "ComplexDoubleStorage",
};

/** The dtype of each class of storages, with its module. */
export const dtypeOfStorage: ReadonlyMap<string, DType> = new Map(
  Object.entries(storageNames).map(([dtype, name]) => [`torch.${name}`, dtype as DType]),
);
