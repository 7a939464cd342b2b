/** `autograd`: gradients as values, and what the tape is made of. */
export { backward, grad } from "./tape/backward.ts";
export { AccumulateGrad, Node } from "./tape/node.ts";
