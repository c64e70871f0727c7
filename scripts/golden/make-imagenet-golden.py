"""Golden numbers of the ImageNet setting from PyTorch: the stem, and 20 steps of SGD of a tiny network of the published genotype with auxiliary head,
label smoothing, warm-up and linear rate, its batches whole and in two parts:
/usr/bin/python3 scripts/golden/make-imagenet-golden.py > test/golden/imagenet.json

Names are those of this project, shapes are PyTorch's. Weights and images come from a formula (`fraction`), so the file holds results alone.
Everything is computed in float64 from numbers that float32 holds."""

import json
import math

import numpy as np
import torch
from torch.nn import functional as F

torch.set_num_threads(1)
CHANNELS, CELLS, CLASSES, SIDE, BATCH, STEPS = 8, 3, 6, 64, 12, 20
RATE, WARMUP, MOMENTUM, DECAY, CLIP, SMOOTHING, AUXILIARY = 0.025, 5, 0.9, 3e-5, 5.0, 0.1, 0.4
NORMAL = ((("sep_conv_3x3", 1), ("sep_conv_3x3", 0)), (("sep_conv_3x3", 1), ("skip_connect", 2)),
          (("sep_conv_3x3", 1), ("sep_conv_3x3", 0)), (("sep_conv_3x3", 1), ("dil_conv_5x5", 4)))
REDUCE = ((("skip_connect", 0), ("sep_conv_3x3", 1)), (("dil_conv_5x5", 2), ("sep_conv_3x3", 0)),
          (("sep_conv_3x3", 0), ("skip_connect", 2)), (("sep_conv_3x3", 2), ("skip_connect", 3)))


def fraction(seed, count):
    """Numbers in [0, 1) that other languages make too: a multiplicative hash of 32 bits."""
    index = np.arange(count, dtype=np.uint64)
    mixed = ((index + 1) * 2654435761 + (seed + 1) * 40503) % 2**32
    mixed ^= mixed >> 15
    mixed = (mixed * 2246822519) % 2**32
    mixed ^= mixed >> 13
    return (mixed >> 8).astype(np.float64) / 2**24


class Network:
    def __init__(self):
        self.values, self.shapes = {}, []

    def value(self, name, shape, low, high):
        if name not in self.values:
            count = int(np.prod(shape))
            numbers = (low + (high - low) * fraction(len(self.shapes), count)).astype(np.float32).astype(np.float64)
            self.values[name] = torch.tensor(numbers.reshape(shape), requires_grad=True)
            self.shapes.append({"name": name, "shape": list(shape), "low": low, "high": high})
        return self.values[name]

    def weight(self, name, shape):
        bound = 1 / math.sqrt(int(np.prod(shape[1:])))
        return self.value(name, shape, -bound, bound)

    def norm(self, name, x):
        c = x.shape[1]
        return F.batch_norm(x, None, None, self.value(f"{name}.scale", (c,), 0.5, 1.5),
                            self.value(f"{name}.shift", (c,), -0.3, 0.3), training=True, eps=1e-5)

    def dense(self, name, x, c, size, stride, padding):
        return F.conv2d(x, self.weight(f"{name}.filter", (c, x.shape[1], size, size)), stride=stride, padding=padding)

    def pointwise(self, name, x, c, stride=1):
        return F.conv2d(x, self.weight(f"{name}.pointwise", (c, x.shape[1], 1, 1)), stride=stride)

    def round(self, name, x, size, stride, dilation):
        c = x.shape[1]
        filtered = F.conv2d(F.relu(x), self.weight(f"{name}.depthwise", (c, 1, size, size)), stride=stride,
                            padding=dilation * (size - 1) // 2, dilation=dilation, groups=c)
        return self.norm(f"{name}.norm", self.pointwise(name, filtered, c))

    def reduce(self, name, x, c):
        x = F.relu(x)
        even = self.pointwise(f"{name}.even", x, c // 2, 2)
        odd = self.pointwise(f"{name}.odd", x[:, :, 1:, 1:], c - c // 2, 2)
        return self.norm(f"{name}.norm", torch.cat([even, odd], 1))

    def primitive(self, name, kind, x, stride):
        if kind == "skip_connect":
            return x if stride == 1 else self.reduce(name, x, x.shape[1])
        if kind == "dil_conv_5x5":
            return self.round(name, x, 5, stride, 2)
        return self.round(f"{name}.second", self.round(f"{name}.first", x, 3, stride, 1), 3, 1, 1)

    def stem(self, images):
        x = self.norm("stem.0.norm", self.dense("stem.0", images, CHANNELS // 2, 3, 2, 1))
        quarter = self.norm("stem.1.norm", self.dense("stem.1", F.relu(x), CHANNELS, 3, 2, 1))
        return quarter, self.norm("stem.2.norm", self.dense("stem.2", F.relu(quarter), CHANNELS, 3, 2, 1))

    def __call__(self, images):
        before, now = self.stem(images)
        shrank, channels, auxiliary = True, CHANNELS, None
        for cell in range(CELLS):
            is_reduction = cell in (CELLS // 3, 2 * CELLS // 3)
            channels *= 2 if is_reduction else 1
            name = f"cells.{cell}"
            first = f"{name}.preprocess0"
            states = [self.reduce(first, before, channels) if shrank
                      else self.norm(f"{first}.norm", self.pointwise(first, F.relu(before), channels)),
                      self.norm(f"{name}.preprocess1.norm", self.pointwise(f"{name}.preprocess1", F.relu(now), channels))]
            for node, entries in enumerate(REDUCE if is_reduction else NORMAL):
                states.append(sum(self.primitive(f"{name}.nodes.{node}.from{source}.{kind}", kind, states[source],
                                                 2 if is_reduction and source < 2 else 1) for kind, source in entries))
            before, now, shrank = now, torch.cat(states[2:], 1), is_reduction
            if cell == 2 * CELLS // 3:
                auxiliary = self.head(now)
        return self.linear("classifier", now.mean((2, 3))), auxiliary

    def head(self, x):
        """On maps of 2x2 its pool is 1x1. DARTS's head for ImageNet lacks the second batch norm, by a typo that its authors kept."""
        x = self.norm("auxiliary.narrow.norm", self.pointwise("auxiliary.narrow", F.relu(x), 128))
        x = self.norm("auxiliary.wide.norm", self.dense("auxiliary.wide", F.relu(x), 768, 2, 1, 0))
        return self.linear("auxiliary.classifier", F.relu(x).mean((2, 3)))

    def linear(self, name, x):
        bound = 1 / math.sqrt(x.shape[1])
        return F.linear(x, self.weight(f"{name}.weight", (CLASSES, x.shape[1])),
                        self.value(f"{name}.bias", (CLASSES,), -bound, bound))

    def loss(self, images, labels):
        logits, auxiliary = self(images)
        parts = [F.cross_entropy(x, labels, label_smoothing=SMOOTHING) for x in (logits, auxiliary)]
        return parts[0] + AUXILIARY * parts[1], logits


def batch(step):
    count = BATCH * 3 * SIDE * SIDE
    images = torch.tensor((4 * fraction(1000 + step, count) - 2).astype(np.float32).astype(np.float64))
    labels = torch.tensor([(2 * image + step) % CLASSES for image in range(BATCH)])
    # A stripe whose place says the class: something to learn.
    images = images.reshape(BATCH, 3, SIDE, SIDE)
    for image, label in enumerate(labels.tolist()):
        images[image, label % 3, 8 * label:8 * label + 8, :] += 2
    return images.to(torch.float32).to(torch.float64), labels


def rate_of(epoch, epochs):
    """adjust_lr of the published evaluation, and its warm-up."""
    if epochs - epoch > 5:
        rate = RATE * (epochs - 5 - epoch) / (epochs - 5)
    else:
        rate = RATE * (epochs - epoch) / ((epochs - 5) * 5)
    return rate * (epoch + 1) / WARMUP if epoch < WARMUP else rate


def train(parts):
    network = Network()
    network.loss(*batch(0))
    parameters = list(network.values.values())
    optimizer = torch.optim.SGD(parameters, RATE, momentum=MOMENTUM, weight_decay=DECAY)
    losses, norms = [], []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate_of(step, STEPS)
        images, labels = batch(step)
        optimizer.zero_grad()
        total = 0
        for x, y in zip(images.chunk(parts), labels.chunk(parts)):
            loss = network.loss(x, y)[0] / parts
            loss.backward()
            total += loss.item()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, CLIP).item())
        losses.append(total)
        optimizer.step()
    return {"parts": parts, "losses": losses, "gradientNorms": norms}


def rows(tensor):
    """Of images NHWC, else as they are."""
    tensor = tensor.detach()
    return (tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor).flatten().tolist()


network = Network()
images, labels = batch(0)
outputs = network.stem(images)
sum((x * torch.tensor(fraction(2000 + k, x.numel()).reshape(x.shape))).sum() for k, x in enumerate(outputs)).backward()
stem = {
    "outputs": [{"shape": list(x.shape), "values": [round(v, 12) for v in rows(x[:1])]} for x in outputs],
    "gradients": {name: [round(v, 10) for v in value.grad.flatten().tolist()] for name, value in network.values.items()},
}
whole = Network()
loss, logits = whole.loss(images, labels)
print(json.dumps({
    "torch": torch.__version__, "parameters": whole.shapes, "stem": stem, "logits": logits.flatten().tolist(),
    "loss": loss.item(), "trajectories": [train(1), train(2)],
}))
