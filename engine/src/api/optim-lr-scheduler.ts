/** The exports of `optim.lrScheduler`, whose functions check their arguments. Written by scripts/signatures.mjs. */
export * from "../optim/lr-scheduler/index.ts";
