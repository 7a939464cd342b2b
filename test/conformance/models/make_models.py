"""Stores the first training steps of a GPT, a VAE and a U-Net in PyTorch: initial state, inputs, losses, gradients and outputs.

Usage: python make_models.py (with torch 2.13.0 installed). Writes models.json.gz beside itself. gpt.ts, vae.ts and unet.ts are the same models, line by line.
"""

import gzip
import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional as F


class CausalSelfAttention(nn.Module):
    def __init__(self, width, heads, block_size, dropout):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.drop = nn.Dropout(dropout)
        self.register_buffer("mask", torch.tril(torch.ones(block_size, block_size)).view(1, 1, block_size, block_size))

    def forward(self, x):
        B, T, C = x.size()
        q, k, v = self.qkv(x).split(C, dim=2)
        q = q.view(B, T, self.heads, C // self.heads).transpose(1, 2)
        k = k.view(B, T, self.heads, C // self.heads).transpose(1, 2)
        v = v.view(B, T, self.heads, C // self.heads).transpose(1, 2)
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.mask[:, :, :T, :T] == 0, float("-inf"))
        att = self.drop(F.softmax(att, dim=-1))
        y = (att @ v).transpose(1, 2).contiguous().view(B, T, C)
        return self.proj(y)


class Block(nn.Module):
    def __init__(self, width, heads, block_size, dropout):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = CausalSelfAttention(width, heads, block_size, dropout)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict(
            {"fc": nn.Linear(width, 4 * width), "act": nn.GELU(), "proj": nn.Linear(4 * width, width)}
        )

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        h = self.mlp["act"](self.mlp["fc"](self.ln_2(x)))
        return x + self.mlp["proj"](h)


class GPT(nn.Module):
    def __init__(self, vocab, block_size, width, heads, layers, dropout=0.0):
        super().__init__()
        self.block_size = block_size
        self.wte = nn.Embedding(vocab, width)
        self.wpe = nn.Embedding(block_size, width)
        self.blocks = nn.ModuleList([Block(width, heads, block_size, dropout) for _ in range(layers)])
        self.ln_f = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocab, bias=False)
        self.wte.weight = self.head.weight
        self.apply(self._init)

    def _init(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, mean=0.0, std=0.2)

    def forward(self, idx, targets=None):
        B, T = idx.shape
        pos = torch.arange(0, T, dtype=torch.long)
        x = self.wte(idx) + self.wpe(pos)
        for block in self.blocks:
            x = block(x)
        logits = self.head(self.ln_f(x))
        if targets is None:
            return logits, None
        loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1)
        return logits, loss

    @torch.no_grad()
    def generate(self, idx, steps, temperature=1.0, top_k=None):
        for _ in range(steps):
            cond = idx if idx.size(1) <= self.block_size else idx[:, -self.block_size :]
            logits, _ = self(cond)
            logits = logits[:, -1, :] / temperature
            if top_k is not None:
                v, _ = torch.topk(logits, min(top_k, logits.size(-1)))
                logits[logits < v[:, [-1]]] = -float("inf")
            probs = F.softmax(logits, dim=-1)
            idx = torch.cat((idx, torch.multinomial(probs, num_samples=1)), dim=1)
        return idx


class VAE(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.LeakyReLU(0.1), nn.Conv2d(4, 8, 3, stride=2, padding=1), nn.SiLU()
        )
        self.mu = nn.Linear(8 * 2 * 2, latent)
        self.logvar = nn.Linear(8 * 2 * 2, latent)
        self.expand = nn.Linear(latent, 8 * 2 * 2)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(8, 4, 4, stride=2, padding=1), nn.SiLU(), nn.ConvTranspose2d(4, 1, 4, stride=2, padding=1)
        )

    def encode(self, x):
        h = torch.flatten(self.encoder(x), 1)
        return self.mu(h), self.logvar(h)

    def reparameterize(self, mu, logvar, eps):
        std = torch.exp(0.5 * logvar)
        return mu + eps * std

    def decode(self, z):
        return self.decoder(self.expand(z).view(-1, 8, 2, 2))

    def forward(self, x, eps):
        mu, logvar = self.encode(x)
        return self.decode(self.reparameterize(mu, logvar, eps)), mu, logvar

    def loss(self, x, eps):
        logits, mu, logvar = self(x, eps)
        bce = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
        return logits, (bce + kld) / x.size(0)


class ResBlock(nn.Module):
    def __init__(self, cin, cout, time):
        super().__init__()
        self.norm1 = nn.GroupNorm(2, cin)
        self.conv1 = nn.Conv2d(cin, cout, 3, padding=1)
        self.time = nn.Linear(time, cout)
        self.norm2 = nn.GroupNorm(2, cout)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1)
        self.skip = nn.Conv2d(cin, cout, 1) if cin != cout else nn.Identity()

    def forward(self, x, t):
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.time(F.silu(t))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return h + self.skip(x)


class UNet(nn.Module):
    def __init__(self, width=4, time=8):
        super().__init__()
        self.time_dim = time
        self.time = nn.Sequential(nn.Linear(time, time), nn.SiLU(), nn.Linear(time, time))
        self.stem = nn.Conv2d(1, width, 3, padding=1)
        self.downs = nn.ModuleList([ResBlock(width, width, time), ResBlock(width, 2 * width, time)])
        self.pool = nn.AvgPool2d(2)
        self.mid = ResBlock(2 * width, 2 * width, time)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.ups = nn.ModuleList([ResBlock(4 * width, width, time), ResBlock(2 * width, width, time)])
        self.out = nn.Sequential(nn.GroupNorm(2, width), nn.SiLU(), nn.Conv2d(width, 1, 3, padding=1))

    def embed(self, t):
        half = self.time_dim // 2
        freqs = torch.exp(-math.log(10000) * torch.arange(half, dtype=t.dtype) / half)
        args = t[:, None] * freqs[None]
        return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)

    def forward(self, x, t):
        temb = self.time(self.embed(t))
        h = self.stem(x)
        skips = []
        for down in self.downs:
            h = down(h, temb)
            skips.append(h)
            h = self.pool(h)
        h = self.mid(h, temb)
        for up in self.ups:
            h = torch.cat([self.up(h), skips.pop()], dim=1)
            h = up(h, temb)
        return self.out(h)


def plain(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.12g}") for v in t.detach().flatten().tolist()]}


def steps(model, losses, lr):
    """Trains by AdamW, and returns the losses, the last output, and the first and last gradients."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    out = {"state": {k: plain(v) for k, v in model.state_dict().items()}, "losses": []}
    for i, step in enumerate(losses):
        optimizer.zero_grad()
        output, loss = step()
        loss.backward()
        if i == 0:
            out["gradients"] = {k: plain(p.grad) for k, p in model.named_parameters()}
            out["output"] = plain(output)
        optimizer.step()
        out["losses"].append(float(f"{loss.item():.12g}"))
    return out


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(3)
    gpt = GPT(vocab=11, block_size=8, width=12, heads=3, layers=2)
    idx = torch.randint(0, 11, (4, 9))
    idx[1, 8] = -1
    x, y = idx[:, :-1], idx[:, 1:].contiguous()
    result = {"gpt": {"idx": idx.tolist(), **steps(gpt, [lambda: gpt(x, y)] * 5, 1e-2)}}
    result["gpt"]["greedy"] = gpt.generate(x[:1, :3], 12, top_k=1).tolist()

    vae = VAE(latent=3)
    images, eps = torch.rand(5, 1, 8, 8), torch.randn(5, 3)
    result["vae"] = {"x": plain(images), "eps": plain(eps), **steps(vae, [lambda: vae.loss(images, eps)] * 5, 1e-2)}

    unet = UNet()
    x0, noise, t = torch.randn(3, 1, 8, 8), torch.randn(3, 1, 8, 8), torch.tensor([1.0, 17.0, 300.0])

    def diffusion():
        output = unet(0.8 * x0 + 0.6 * noise, t)
        return output, F.mse_loss(output, noise)

    result["unet"] = {"x": plain(x0), "noise": plain(noise), "t": plain(t), **steps(unet, [diffusion] * 5, 1e-2)}
    text = json.dumps(result, separators=(",", ":")).encode()
    pathlib.Path(__file__).with_name("models.json.gz").write_bytes(gzip.compress(text, 9, mtime=0))


if __name__ == "__main__":
    main()
