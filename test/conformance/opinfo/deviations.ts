/** Differences from PyTorch on stored samples that are known, by entry: the message they give and the reason. `npm run conformance` counts them as failures. */
export const deviations: Readonly<Partial<Record<string, { readonly message: RegExp; readonly reason: string }>>> = {
  cov: {
    message: /^(gradient|second derivative) 1/,
    reason: "PyTorch computes with weights of float32 in that precision",
  },
  cholesky_inverse: {
    message: /^tangent/,
    reason: "PyTorch's tangents are right for the identity alone: finite differences agree with these",
  },
  logcumsumexp: {
    message: /^(tangent|second derivative)/,
    reason:
      "PyTorch's tangents are less precise: finite differences agree with these; float32 rounds second derivatives",
  },
  "nn.functional.normalize": {
    message: /^second derivative/,
    reason: "a second derivative of 0 is a difference of large terms, which float32 rounds",
  },
};
