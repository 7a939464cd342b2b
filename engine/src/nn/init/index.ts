/** `nn.init`: in-place initialization of parameters, off the tape. */
export * from "./constants.ts";
export { normal_, type TruncationOptions, truncNormal_, uniform_ } from "./distributions.ts";
export * from "./matrices.ts";
export * from "./scaled.ts";
