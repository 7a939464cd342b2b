/** Arguments of pooling, resampling and padding. */
import { as, corners, normal, uniform } from "../data.mjs";

const image = normal(16, 16, 64, 64);
const volume = normal(4, 8, 32, 32, 32);
const signal = normal(16, 64, 1024);
const small = normal(16, 16, 32, 32);
const double = (x) => as("float64", x);
const titled = (name, cases) =>
  cases.map(([title, args]) => ({ ...(title === "" ? {} : { title: `${name}, ${title}` }), ...args }));

/** The cases of a pooling op with windows of 2, and of windows of 3 that overlap. */
const windows = (name, input, more = {}) =>
  titled(name, [
    ["", { input, kernelSize: 2, ...more }],
    ["3 by stride 2", { input, kernelSize: 3, stride: 2, padding: 1, ...more }],
    ["3 by stride 1", { input, kernelSize: 3, stride: 1, padding: 1, ...more }],
    ["float64", { input: double(input), kernelSize: 2, ...more }],
  ]);

/** The cases of an op that pools to a size: one that divides the input's, and one that does not. */
const adaptive = (name, input, even, odd) =>
  titled(name, [
    ["", { input, outputSize: even }],
    ["uneven", { input, outputSize: odd }],
    ["float64", { input: double(input), outputSize: even }],
  ]);

const lp = (name, input) =>
  titled(name, [
    ["", { input: { ...input, kind: "uniform", low: 0.1, high: 1 }, normType: 2, kernelSize: 2 }],
    ["norm 3", { input: { ...input, kind: "uniform", low: 0.1, high: 1 }, normType: 3, kernelSize: 3 }],
    ["float64", { input: double({ ...input, kind: "uniform", low: 0.1, high: 1 }), normType: 2, kernelSize: 2 }],
  ]);

const unpool = (...shape) => ({ input: normal(...shape), indices: corners(...shape), kernelSize: 2 });

const modes = [
  ["nearest", small],
  ["nearest-exact", small],
  ["bilinear", small],
  ["bicubic", small],
  ["area", small],
  ["trilinear", normal(4, 8, 16, 16, 16)],
  ["linear", normal(16, 64, 512)],
];

const grid = (dims, ...shape) => uniform(-1.1, 1.1, ...shape, dims);
const samples = (mode, paddingMode, more = {}) => ({
  title: `gridSample, ${mode}, ${paddingMode}`,
  input: image,
  grid: grid(2, 16, 64, 64),
  mode,
  paddingMode,
  alignCorners: false,
  ...more,
});

const paddings = ["constant", "reflect", "replicate", "circular"].map((mode) => ({
  title: mode === "constant" ? "pad" : `pad, ${mode}`,
  input: image,
  pad: [2, 2, 2, 2],
  mode,
}));

export const sampling = {
  maxPool1d: windows("maxPool1d", signal),
  maxPool2d: windows("maxPool2d", image),
  maxPool3d: windows("maxPool3d", volume),
  avgPool1d: windows("avgPool1d", signal),
  avgPool2d: windows("avgPool2d", image),
  avgPool3d: windows("avgPool3d", volume),
  lpPool1d: lp("lpPool1d", signal),
  lpPool2d: lp("lpPool2d", image),
  lpPool3d: lp("lpPool3d", volume),
  adaptiveAvgPool1d: adaptive("adaptiveAvgPool1d", signal, 256, 100),
  adaptiveAvgPool2d: adaptive("adaptiveAvgPool2d", image, [16, 16], [7, 7]),
  adaptiveAvgPool3d: adaptive("adaptiveAvgPool3d", volume, [8, 8, 8], [5, 6, 7]),
  adaptiveMaxPool1d: adaptive("adaptiveMaxPool1d", signal, 256, 100),
  adaptiveMaxPool2d: adaptive("adaptiveMaxPool2d", image, [16, 16], [7, 7]),
  adaptiveMaxPool3d: adaptive("adaptiveMaxPool3d", volume, [8, 8, 8], [5, 6, 7]),
  fractionalMaxPool2d: [
    {
      input: image,
      kernelSize: 2,
      outputSize: [30, 30],
      returnIndices: false,
      _randomSamples: uniform(0, 1, 16, 16, 2),
    },
  ],
  fractionalMaxPool3d: [
    {
      input: volume,
      kernelSize: 2,
      outputSize: [15, 15, 15],
      returnIndices: false,
      _randomSamples: uniform(0, 1, 4, 8, 3),
    },
  ],
  maxUnpool1d: [{ ...unpool(16, 64, 512) }],
  maxUnpool2d: [{ ...unpool(16, 16, 32, 32) }],
  maxUnpool3d: [{ ...unpool(4, 8, 16, 16, 16) }],
  interpolate: [
    ...modes.map(([mode, input]) => ({
      title: `interpolate, ${/** @type {string} */ (mode)}`,
      input,
      scaleFactor: 2,
      mode,
    })),
    { title: "interpolate, bilinear, aligned", input: small, size: [50, 50], mode: "bilinear", alignCorners: true },
    { title: "interpolate, bilinear, antialiased", input: image, size: [32, 32], mode: "bilinear", antialias: true },
    { title: "interpolate, bicubic, antialiased", input: image, size: [32, 32], mode: "bicubic", antialias: true },
    { title: "interpolate, nearest, float64", input: double(small), scaleFactor: 2, mode: "nearest" },
    { title: "interpolate, bilinear, float64", input: double(small), scaleFactor: 2, mode: "bilinear" },
  ],
  upsampleNearest: [{ input: small, scaleFactor: 2 }],
  upsampleBilinear: [{ input: small, scaleFactor: 2 }],
  gridSample: [
    samples("bilinear", "zeros"),
    samples("bilinear", "border"),
    samples("bilinear", "reflection"),
    samples("nearest", "zeros"),
    samples("bicubic", "zeros"),
    samples("bilinear", "zeros", {
      title: "gridSample, float64",
      input: double(image),
      grid: double(grid(2, 16, 64, 64)),
    }),
    {
      title: "gridSample, volumes",
      input: normal(4, 8, 16, 16, 16),
      grid: grid(3, 4, 16, 16, 16),
      mode: "bilinear",
      paddingMode: "zeros",
      alignCorners: false,
    },
  ],
  affineGrid: [
    { theta: normal(16, 2, 3), size: [16, 3, 128, 128], alignCorners: false },
    { title: "affineGrid, volumes", theta: normal(4, 3, 4), size: [4, 3, 32, 32, 32], alignCorners: false },
  ],
  pad: [
    ...paddings,
    { title: "pad, reflect, float64", input: double(image), pad: [2, 2, 2, 2], mode: "reflect" },
    { title: "pad, replicate, volumes", input: volume, pad: [1, 1, 1, 1, 1, 1], mode: "replicate" },
    { title: "pad, reflect, signals", input: signal, pad: [5, 5], mode: "reflect" },
  ],
  constantPadNd: [{ input: image, pad: [2, 2, 2, 2], value: 1 }],
  pixelShuffle: titled("pixelShuffle", [
    ["", { input: normal(16, 16, 64, 64), upscaleFactor: 2 }],
    ["float64", { input: double(normal(16, 16, 64, 64)), upscaleFactor: 2 }],
  ]),
  pixelUnshuffle: [{ input: normal(16, 4, 128, 128), downscaleFactor: 2 }],
  channelShuffle: [{ input: image, groups: 4 }],
  im2col: titled("im2col", [
    ["", { input: normal(16, 8, 64, 64), kernelSize: 3, padding: 1 }],
    ["stride 2", { input: image, kernelSize: 4, stride: 2, padding: 1 }],
  ]),
  col2im: [{ input: normal(16, 72, 4096), outputSize: [64, 64], kernelSize: 3, padding: 1 }],
};
