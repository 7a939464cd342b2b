/** Further names of ops in `fft`, which their records list. Written by scripts/signatures.mjs. */
export {};
