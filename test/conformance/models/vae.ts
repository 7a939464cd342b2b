/** A variational autoencoder: the model of make_models.py, line by line. */

import { exp, flatten, nn, sum, type Tensor } from "tapelab";

const F = nn.functional;
const dtype = "float64";

export class VAE extends nn.Module {
  encoder: nn.Sequential;
  mu: nn.Linear;
  logvar: nn.Linear;
  expand: nn.Linear;
  decoder: nn.Sequential;
  constructor(latent: number) {
    super();
    this.encoder = new nn.Sequential(
      new nn.Conv2d(1, 4, 3, { stride: 2, padding: 1, dtype }),
      new nn.LeakyReLU(0.1),
      new nn.Conv2d(4, 8, 3, { stride: 2, padding: 1, dtype }),
      new nn.SiLU(),
    );
    this.mu = new nn.Linear(8 * 2 * 2, latent, { dtype });
    this.logvar = new nn.Linear(8 * 2 * 2, latent, { dtype });
    this.expand = new nn.Linear(latent, 8 * 2 * 2, { dtype });
    this.decoder = new nn.Sequential(
      new nn.ConvTranspose2d(8, 4, 4, { stride: 2, padding: 1, dtype }),
      new nn.SiLU(),
      new nn.ConvTranspose2d(4, 1, 4, { stride: 2, padding: 1, dtype }),
    );
  }
  encode(x: Tensor): [mu: Tensor, logvar: Tensor] {
    const h = flatten(this.encoder.forward(x), 1);
    return [this.mu.forward(h), this.logvar.forward(h)];
  }
  reparameterize(mu: Tensor, logvar: Tensor, eps: Tensor): Tensor {
    const std = exp(logvar.mul(0.5));
    return mu.add(eps.mul(std));
  }
  decode(z: Tensor): Tensor {
    return this.decoder.forward(this.expand.forward(z).view(-1, 8, 2, 2));
  }
  override forward(x: Tensor, eps: Tensor): [logits: Tensor, mu: Tensor, logvar: Tensor] {
    const [mu, logvar] = this.encode(x);
    return [this.decode(this.reparameterize(mu, logvar, eps)), mu, logvar];
  }
  loss(x: Tensor, eps: Tensor): [logits: Tensor, loss: Tensor] {
    const [logits, mu, logvar] = this.forward(x, eps);
    const bce = F.binaryCrossEntropyWithLogits(logits, x, { reduction: "sum" });
    const kld = sum(logvar.add(1).sub(mu.pow(2)).sub(logvar.exp())).mul(-0.5);
    return [logits, bce.add(kld).div(x.size(0))];
  }
}
