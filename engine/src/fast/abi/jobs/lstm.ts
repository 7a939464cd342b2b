/**
 * Words of an LSTM layer over all steps, forward or backward. Cells are [steps, rows, n]; gates and their pre-activations are
 * [steps, rows, 4 n] in the order i, f, g, o. The meaning of the addresses is that of `lstm-forward` or `lstm-backward`.
 */

export const rowsPerChunk = 1;
export const rows = 2;
export const steps = 3;
/** Size of the hidden state. */
export const n = 4;
export const isBackward = 5;
/** A code of `lstm-arithmetic`. */
export const arithmetic = 6;
/** Size of the input. */
export const inputs = 7;
/** Up to ten addresses from here on. */
export const addresses = 8;
