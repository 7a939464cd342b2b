/** Windows of images as columns, and back, for all planes of a batch. */
import { fold, unfold } from "./windows";

/** Copies the windows of float32 images to columns. */
export function im2col32(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32, image: usize, columns: usize,
): void {
  unfold<f32>(planes, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, image, columns);
}

/** Copies the windows of float64 images to columns. */
export function im2col64(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32, image: usize, columns: usize,
): void {
  unfold<f64>(planes, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, image, columns);
}

/** Adds up the columns of float32 images. */
export function col2im32(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32, columns: usize, image: usize,
): void {
  memory.fill(image, 0, <usize>(planes * h * w) << 2);
  fold<f32>(planes, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, columns, image);
}

/** Adds up the columns of float64 images. */
export function col2im64(
  planes: i32, h: i32, w: i32, kh: i32, kw: i32, sh: i32, sw: i32, ph: i32, pw: i32, dh: i32, dw: i32, oh: i32, ow: i32, columns: usize, image: usize,
): void {
  memory.fill(image, 0, <usize>(planes * h * w) << 3);
  fold<f64>(planes, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow, columns, image);
}
