/** `autograd.forwardAd`: forward mode by dual tensors. */
export {
  type Dual,
  dualLevel,
  enterDualLevel,
  exitDualLevel,
  makeDual,
  unpackDual,
} from "./transforms/dual-numbers.ts";
