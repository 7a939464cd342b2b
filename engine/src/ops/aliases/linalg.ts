/** Further names of ops in `linalg`, which their records list. Written by scripts/signatures.mjs. */
export {};
