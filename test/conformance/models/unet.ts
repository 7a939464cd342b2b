/** A U-Net that predicts the noise in images at a time step of diffusion: the model of make_models.py, line by line. */

import { arange, cat, cos, exp, nn, sin, type Tensor } from "tapelab";

const F = nn.functional;
const dtype = "float64";

class ResBlock extends nn.Module {
  norm1: nn.GroupNorm;
  conv1: nn.Conv2d;
  time: nn.Linear;
  norm2: nn.GroupNorm;
  conv2: nn.Conv2d;
  skip: nn.Conv2d | nn.Identity;
  constructor(cin: number, cout: number, time: number) {
    super();
    this.norm1 = new nn.GroupNorm(2, cin, { dtype });
    this.conv1 = new nn.Conv2d(cin, cout, 3, { padding: 1, dtype });
    this.time = new nn.Linear(time, cout, { dtype });
    this.norm2 = new nn.GroupNorm(2, cout, { dtype });
    this.conv2 = new nn.Conv2d(cout, cout, 3, { padding: 1, dtype });
    this.skip = cin !== cout ? new nn.Conv2d(cin, cout, 1, { dtype }) : new nn.Identity();
  }
  override forward(x: Tensor, t: Tensor): Tensor {
    let h = this.conv1.forward(F.silu(this.norm1.forward(x)));
    h = h.add(this.time.forward(F.silu(t)).at(":", ":", null, null));
    h = this.conv2.forward(F.silu(this.norm2.forward(h)));
    return h.add(this.skip.forward(x));
  }
}

export class UNet extends nn.Module {
  readonly timeDim: number;
  time: nn.Sequential;
  stem: nn.Conv2d;
  downs: nn.ModuleList<ResBlock>;
  pool = new nn.AvgPool2d(2);
  mid: ResBlock;
  up = new nn.Upsample({ scaleFactor: 2, mode: "nearest" });
  ups: nn.ModuleList<ResBlock>;
  out: nn.Sequential;
  constructor(width = 4, time = 8) {
    super();
    this.timeDim = time;
    this.time = new nn.Sequential(
      new nn.Linear(time, time, { dtype }),
      new nn.SiLU(),
      new nn.Linear(time, time, { dtype }),
    );
    this.stem = new nn.Conv2d(1, width, 3, { padding: 1, dtype });
    this.downs = new nn.ModuleList([new ResBlock(width, width, time), new ResBlock(width, 2 * width, time)]);
    this.mid = new ResBlock(2 * width, 2 * width, time);
    this.ups = new nn.ModuleList([new ResBlock(4 * width, width, time), new ResBlock(2 * width, width, time)]);
    this.out = new nn.Sequential(
      new nn.GroupNorm(2, width, { dtype }),
      new nn.SiLU(),
      new nn.Conv2d(width, 1, 3, { padding: 1, dtype }),
    );
  }
  embed(t: Tensor): Tensor {
    const half = Math.floor(this.timeDim / 2);
    const freqs = exp(arange(half, { dtype }).mul(-Math.log(10000)).div(half));
    const args = t.at(":", null).mul(freqs.at(null));
    return cat([cos(args), sin(args)], -1);
  }
  override forward(x: Tensor, t: Tensor): Tensor {
    const temb = this.time.forward(this.embed(t));
    let h = this.stem.forward(x);
    const skips: Tensor[] = [];
    for (const down of this.downs) {
      h = down.forward(h, temb);
      skips.push(h);
      h = this.pool.forward(h);
    }
    h = this.mid.forward(h, temb);
    for (const up of this.ups) {
      h = cat([this.up.forward(h), skips.pop() as Tensor], 1);
      h = up.forward(h, temb);
    }
    return this.out.forward(h);
  }
}
