/** Further names of ops in `nn.functional`, which their records list. Written by scripts/signatures.mjs. */
export {};
