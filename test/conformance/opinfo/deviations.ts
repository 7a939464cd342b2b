/** Differences from PyTorch on stored samples that are known, by entry: the message they give and the reason. `npm run conformance` counts them as failures. */
export const deviations: Readonly<Partial<Record<string, { readonly message: RegExp; readonly reason: string }>>> = {
  cov: {
    message: /^(tangent|second derivative) 0/,
    reason: "derivatives of float64 with respect to float32 weights have the rounding errors of float32",
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
  unravel_index: {
    message: /positions must lie in/,
    reason: "a size of 2^63 - 1 is no exact number, as sizes are JavaScript numbers",
  },
  "nn.functional.normalize": {
    message: /^second derivative/,
    reason: "a second derivative of 0 is a difference of large terms, which float32 rounds",
  },
  "special.bessel_j0": { message: /^output/, reason: "PyTorch's series loses seven digits at large arguments" },
  "special.bessel_y1": { message: /^output/, reason: "PyTorch's series loses seven digits at large arguments" },
};

const poles = {
  message: /Infinity, PyTorch has -?\d\.\d+e\+?3/,
  reason: "PyTorch computes sin(πx) at integers as a number of 1e-16, so that poles have large values there",
};

/** Known differences at kinks, ties and poles, by entry. */
export const atKinks: typeof deviations = {
  ...deviations,
  digamma: poles,
  polar: { message: /gradient 0/, reason: "PyTorch's gradient has the wrong sign for a negative radius" },
  ...Object.fromEntries(
    [0, 1, 2, 3, 4].flatMap((n) => [
      [`polygamma:polygamma_n_${n}`, poles],
      [`special.polygamma:special_polygamma_n_${n}`, poles],
    ]),
  ),
  ...Object.fromEntries(
    ["_segment_reduce:lengths", "_segment_reduce:offsets"].map((entry) => [
      entry,
      {
        message: /gradient 0/,
        reason: "PyTorch shares a gradient among ties only where it is positive",
      },
    ]),
  ),
  __rdiv__: {
    message: /^gradient 0: .* is NaN/,
    reason: "PyTorch computes other · (1 / x), where a sum over a broadcast dimension comes before 1 / x²",
  },
  ...Object.fromEntries(
    ["scatter_reduce:amax", "scatter_reduce:amin", "index_reduce:amax", "index_reduce:amin"].map((entry) => [
      entry,
      {
        message: /gradient 1/,
        reason:
          "PyTorch counts the input among the ties although includeSelf is false, and loses its share of the gradient",
      },
    ]),
  ),
};
