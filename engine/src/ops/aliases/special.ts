/** Further names of ops in `special`, which their records list. Written by scripts/signatures.mjs. */
export {};
