/** `autograd.forwardAd`: dual tensors. */
export {
  type Dual,
  dualLevel,
  enterDualLevel,
  exitDualLevel,
  makeDual,
  unpackDual,
} from "./transforms/dual-numbers.ts";
