/** Codes of how an LSTM job computes: in float32, in float64, or in float32 with its products made by a native BLAS. */

export const float32 = 0;
export const float64 = 1;
export const native = 2;
