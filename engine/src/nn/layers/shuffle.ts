/** Layers that exchange channels with pixels, and among groups. */

import { channelShuffle, pixelShuffle, pixelUnshuffle } from "../../ops/functional/shuffle.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Module } from "../base/module.ts";

/**
 * Images [..., C r², H, W] as [..., C, H r, W r], where r² channels become the pixels of a square. Source: Shi et al., 2016.
 * @throws Forward throws ShapeError when r² does not divide the number of channels.
 * @example new nn.PixelShuffle(2).forward(tensor([[[1]], [[2]], [[3]], [[4]]])).toArray(); // [[[1, 2], [3, 4]]]
 */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;
  constructor(upscaleFactor: number) {
    checkNew(new.target, arguments);
    super();
    this.upscaleFactor = upscaleFactor;
  }
  override forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.upscaleFactor);
  }
  override extraRepr(): string {
    return `upscaleFactor=${this.upscaleFactor}`;
  }
}

/**
 * Images [..., C, H r, W r] as [..., C r², H, W], where the pixels of each square become channels: the inverse of `PixelShuffle`.
 * @throws Forward throws ShapeError when r does not divide height and width.
 * @example new nn.PixelUnshuffle(2).forward(tensor([[[1, 2], [3, 4]]])).toArray(); // [[[1]], [[2]], [[3]], [[4]]]
 */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;
  constructor(downscaleFactor: number) {
    checkNew(new.target, arguments);
    super();
    this.downscaleFactor = downscaleFactor;
  }
  override forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.downscaleFactor);
  }
  override extraRepr(): string {
    return `downscaleFactor=${this.downscaleFactor}`;
  }
}

/**
 * Channels of [N, C, ...] in another order, that of a transposed matrix of `groups` rows. Source: Zhang et al., 2017.
 * @throws Forward throws ShapeError when the groups do not divide the number of channels.
 * @example new nn.ChannelShuffle(2).forward(tensor([[[1], [2], [3], [4]]])).toArray(); // [[[1], [3], [2], [4]]]
 */
export class ChannelShuffle extends Module {
  readonly groups: number;
  constructor(groups: number) {
    checkNew(new.target, arguments);
    super();
    this.groups = groups;
  }
  override forward(x: Tensor): Tensor {
    return channelShuffle(x, this.groups);
  }
  override extraRepr(): string {
    return `groups=${this.groups}`;
  }
}
