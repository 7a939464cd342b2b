/**
 * Convolutions over three dimensions as convolutions over two: the slices of the input at which the kernel's depth lies become channels, so a weight [O, C, D, H, W] is the
 * weight [O, C D, H, W] as it is.
 */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import * as Binary from "../abi/codes/binary.ts";
import * as Pass from "../abi/codes/conv-pass.ts";
import { type Kernels } from "../wasm/module.ts";
import { move } from "../wasm/move.ts";
import { addressOf, allocateTemporary, finishKernel, resultAddressOf } from "../wasm/operands.ts";
import { type Conv, kernelsForPass, runPass } from "./conv.ts";

/** The sizes of a convolution: x [images, channels, depth, size], y [images, outputs, places, area]. */
interface Volume {
  readonly bytes: number;
  readonly images: number;
  readonly channels: number;
  readonly depth: number;
  readonly size: number;
  readonly outputs: number;
  readonly places: number;
  readonly area: number;
  readonly conv: Conv;
}

const volumeOf = (t: Strided, x: readonly number[], y: readonly number[], conv: Conv): Volume => ({
  bytes: bytesPerElement[t.storage.dtype],
  images: x[0],
  channels: x[1],
  depth: x[2],
  size: sizeOf(x.slice(3)),
  outputs: y[1],
  places: y[2],
  area: sizeOf(y.slice(3)),
  conv,
});

/** Returns the shapes of the convolution over two dimensions, and its parameters. */
const flattened = (v: Volume, x: readonly number[], y: readonly number[]): readonly [number[], number[], Conv] => {
  const { kernel, stride, padding, dilation, groups } = v.conv;
  const images = v.images * v.places;
  return [
    [images, v.channels * kernel[0], ...x.slice(3)],
    [images, v.outputs, ...y.slice(3)],
    {
      kernel: kernel.slice(1),
      stride: stride.slice(1),
      padding: padding.slice(1),
      dilation: dilation.slice(1),
      groups,
    },
  ];
};

/** Calls `visit` for each slice of the kernel's depth: its index, the first place at which it lies inside of x, their number, and the slice of x there. */
function visitSlices(v: Volume, visit: (k: number, place: number, count: number, slice: number) => void): void {
  const [stride, padding, dilation] = [v.conv.stride[0], v.conv.padding[0], v.conv.dilation[0]];
  for (let k = 0; k < v.conv.kernel[0]; k++) {
    const offset = k * dilation - padding;
    const first = Math.max(0, Math.ceil(-offset / stride));
    const last = Math.min(v.places - 1, Math.floor((v.depth - 1 - offset) / stride));
    if (last >= first) visit(k, first, last - first + 1, first * stride + offset);
  }
}

/** Returns the address of the slices of x as channels, [images, places, channels, kernel depth, size]; 0 outside of x. */
function slicesOf(wasm: Kernels, v: Volume, x: number): number {
  const { bytes, images, channels, depth, size, places } = v;
  const kernel = v.conv.kernel[0];
  const whole = bytes * images * places * channels * kernel * size;
  const to = allocateTemporary(whole);
  wasm.clear(whole, to);
  visitSlices(v, (k, place, count, slice) => {
    const from = {
      address: x + bytes * slice * size,
      strides: [channels * depth * size, v.conv.stride[0] * size, depth * size, 1],
    };
    const step = channels * kernel * size;
    const target = {
      address: to + bytes * (place * step + k * size),
      strides: [places * step, step, kernel * size, 1],
    };
    move(wasm, bytes, [images, count, channels, size], from, target);
  });
  return to;
}

/** Adds the slices, as channels, to those of x. */
function addSlices(wasm: Kernels, v: Volume, slices: number, x: number): void {
  const { bytes, images, channels, depth, size, places } = v;
  const [kernel, stride] = [v.conv.kernel[0], v.conv.stride[0]];
  const add = bytes === 4 ? wasm.binary32 : wasm.binary64;
  const step = channels * kernel * size;
  visitSlices(v, (k, place, count, slice) => {
    for (let i = 0; i < images; i++)
      for (let c = 0; c < channels; c++) {
        // places of neighbouring slices are added at once
        const [rows, calls] = stride === 1 ? [count, 1] : [1, count];
        for (let p = 0; p < calls; p++) {
          const to = x + bytes * ((i * channels + c) * depth + slice + p * stride) * size;
          const from = slices + bytes * ((i * places + place + p) * step + (c * kernel + k) * size);
          add(Binary.add, 1, rows, size, to, 0, bytes * size, bytes, from, 0, bytes * step, bytes, to);
        }
      }
  });
}

/** Copies y between [images, outputs, places, area] and [images, places, outputs, area]. */
function exchange(wasm: Kernels, v: Volume, y: number, planes: number, toPlanes: boolean): void {
  const { bytes, images, outputs, places, area } = v;
  const volume = { address: y, strides: [outputs * places * area, area, places * area, 1] };
  const flat = { address: planes, strides: [outputs * places * area, outputs * area, area, 1] };
  const [from, to] = toPlanes ? [volume, flat] : [flat, volume];
  move(wasm, bytes, [images, places, outputs, area], from, to);
}

const bytesOfY = (v: Volume): number => v.bytes * v.images * v.outputs * v.places * v.area;

const forward: FastKernel = ([out], inputs, params) => {
  const [x, w, bias] = inputs as [Strided, Strided, Strided | undefined];
  const wasm = kernelsForPass(inputs, w.shape, out.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const v = volumeOf(x, x.shape, out.shape, params as Conv);
  const planes = allocateTemporary(bytesOfY(v));
  const at = {
    x: slicesOf(wasm, v, addressOf(x)),
    w: addressOf(w),
    y: planes,
    bias: bias === undefined ? 0 : addressOf(bias),
  };
  runPass(wasm, Pass.output, ...flattened(v, x.shape, out.shape), x, at);
  exchange(wasm, v, resultAddressOf(out), planes, false);
  return finishKernel();
};

const transposedForward: FastKernel = ([out], inputs, params) => {
  const [y, w, bias] = inputs as [Strided, Strided, Strided | undefined];
  const wasm = bias === undefined ? kernelsForPass(inputs, w.shape, y.shape) : null;
  if (wasm === null || sizeOf(out.shape) === 0) return false;
  const v = volumeOf(y, out.shape, y.shape, params as Conv);
  const planes = allocateTemporary(bytesOfY(v));
  exchange(wasm, v, addressOf(y), planes, true);
  const whole = v.bytes * v.images * v.places * v.channels * v.conv.kernel[0] * v.size;
  const slices = allocateTemporary(whole);
  wasm.clear(whole, slices);
  runPass(wasm, Pass.inputGrad, ...flattened(v, out.shape, y.shape), y, { x: slices, w: addressOf(w), y: planes });
  const to = resultAddressOf(out);
  wasm.clear(v.bytes * sizeOf(out.shape), to);
  addSlices(wasm, v, slices, to);
  return finishKernel();
};

const weightForward: FastKernel = ([out], inputs, params) => {
  const [x, y] = inputs as [Strided, Strided];
  const wasm = kernelsForPass(inputs, out.shape, y.shape);
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const v = volumeOf(x, x.shape, y.shape, params as Conv);
  const planes = allocateTemporary(bytesOfY(v));
  exchange(wasm, v, addressOf(y), planes, true);
  const at = { x: slicesOf(wasm, v, addressOf(x)), w: resultAddressOf(out), y: planes };
  runPass(wasm, Pass.weightGrad, ...flattened(v, x.shape, y.shape), x, at);
  return finishKernel();
};

registerFastKernel("conv3d", forward);
registerFastKernel("convTranspose3d", transposedForward);
registerFastKernel("conv3dWeight", weightForward);
