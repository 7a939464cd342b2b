/** Codes of the dtypes in which random integers are stored. A code's name is the dtype's. */

export const float32 = 0;
export const float64 = 1;
export const int32 = 2;
export const int64 = 3;
