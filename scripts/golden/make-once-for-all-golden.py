"""Golden numbers of once-for-all, by PyTorch's automatic differentiation of what the paper and its code write down.

usage: /usr/bin/python3 scripts/golden/make-once-for-all-golden.py [OUT]
OUT: test/golden/once-for-all.json unless it is told otherwise. Needs PyTorch (made with Debian's python3-torch, 1.13).

One chain of two inverted residuals, whose widest blocks hold the weights of all others (Cai et al. 2020, `DynamicMBConvLayer`, `DynamicSeparableConv2d`):
  transform   a 7x7 depthwise filter made 5x5 and 3x3: the centre times the matrix of the step, `F.linear` over the pixels of each channel
  sort        the order of the inner channels by the l1 norm of the weights that read them (`re_organize_middle_weights`)
  sandwich    one step of SGD of three sub-networks (largest, smallest, one between), each by labels plus the soft labels of a teacher
              (`cross_entropy_loss_with_soft_target`, ratio 1), gradients summed
Values are not drawn but sines of their index, float32; everything is computed in float64. Arrays have this project's layouts: NHWC images, HWIO filters.
"""
import json, math, sys
import torch
import torch.nn.functional as F

BATCH, HEIGHT, WIDTH, CLASSES, INNER = 6, 6, 8, 3, 24
RATE, MOMENTUM, DECAY = 0.05, 0.9, 3e-4
SUB_NETWORKS = {"largest": [(7, 24), (7, 24)], "smallest": [(3, 12), None], "between": [(5, 24), (3, 12)]}


def sines(shape, phase, scale, offset=0.0):
    index = torch.arange(math.prod(shape), dtype=torch.float64)
    return (offset + scale * torch.sin(0.7 * index + phase)).float().double().reshape(shape)


def shapes():
    found = {"stem.filter": (3, 3, 3, 4), "first.filter.depthwise": (3, 3, 4), "first.project.pointwise": (4, 4)}
    norms = {"stem.norm": 4, "first.filter.norm": 4, "first.project.norm": 4, "head.norm": 8}
    for layer in (0, 1):
        block = f"stage0.layer{layer}.mb6_7x7"
        found[f"{block}.expand.pointwise"] = (4, INNER)
        found[f"{block}.filter.depthwise"] = (7, 7, INNER)
        found[f"{block}.project.pointwise"] = (INNER, 4)
        found[f"{block}.filter.depthwise/7to5"] = (25, 25)
        found[f"{block}.filter.depthwise/5to3"] = (9, 9)
        norms.update({f"{block}.expand.norm": INNER, f"{block}.filter.norm": INNER, f"{block}.project.norm": 4})
    found.update({"head.pointwise": (4, 8), "classifier.weight": (8, CLASSES), "classifier.bias": (CLASSES,)})
    for name, width in norms.items():
        found.update({f"{name}.scale": (width,), f"{name}.shift": (width,)})
    return dict(sorted(found.items()))


def values(first, scale=0.4):
    """`first`: phase of the first value by name, of each other one 1 more."""
    made = {}
    for place, (name, shape) in enumerate(shapes().items()):
        if name.endswith(("7to5", "5to3")):
            made[name] = (torch.eye(shape[0]).double() + sines(shape, first + place, 0.05)).float().double()
        elif name.endswith("scale"):
            made[name] = sines(shape, first + place, 0.3, 1.0)
        else:
            made[name] = sines(shape, first + place, scale)
    return made


def smaller(values, name, window, channels):
    """Filters `[window, window, channels]`."""
    filters, side = values[name][:, :, :channels].permute(2, 0, 1), 7
    for step in (5, 3):
        if window > step:
            break
        margin = (side - step) // 2
        centre = filters[:, margin:margin + step, margin:margin + step].reshape(channels, -1)
        filters, side = F.linear(centre, values[f"{name}/{side}to{step}"]).reshape(channels, step, step), step
    return filters.permute(1, 2, 0)


def norm(values, name, x):
    width = x.shape[1]
    return F.batch_norm(x, None, None, values[f"{name}.scale"][:width], values[f"{name}.shift"][:width], training=True, eps=1e-5)


def depthwise(x, filters):
    return F.conv2d(x, filters.permute(2, 0, 1)[:, None], padding=filters.shape[0] // 2, groups=x.shape[1])


def pointwise(x, weights):
    return F.conv2d(x, weights.t()[:, :, None, None])


def network(values, layers, x):
    x = F.relu6(norm(values, "stem.norm", F.conv2d(x, values["stem.filter"].permute(3, 2, 0, 1), padding=1)))
    x = F.relu6(norm(values, "first.filter.norm", depthwise(x, values["first.filter.depthwise"])))
    x = norm(values, "first.project.norm", pointwise(x, values["first.project.pointwise"]))
    for index, layer in enumerate(layers):
        if layer is None:
            continue
        (window, inner), block = layer, f"stage0.layer{index}.mb6_7x7"
        y = F.relu6(norm(values, f"{block}.expand.norm", pointwise(x, values[f"{block}.expand.pointwise"][:, :inner])))
        y = F.relu6(norm(values, f"{block}.filter.norm", depthwise(y, smaller(values, f"{block}.filter.depthwise", window, inner))))
        x = x + norm(values, f"{block}.project.norm", pointwise(y, values[f"{block}.project.pointwise"][:inner]))
    x = F.relu6(norm(values, "head.norm", pointwise(x, values["head.pointwise"])))
    return x.mean((2, 3)) @ values["classifier.weight"] + values["classifier.bias"]


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().reshape(-1).tolist()]


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else "test/golden/once-for-all.json"
    own, teacher, velocities = values(0), values(100), {name: sines(shape, 200 + k, 0.01) for k, (name, shape) in enumerate(shapes().items())}
    images = sines((BATCH, HEIGHT, WIDTH, 3), 300, 1.0)
    labels = torch.arange(BATCH) % CLASSES
    x = images.permute(0, 3, 1, 2)
    block = "stage0.layer1.mb6_7x7"
    transform = {str(window): rounded(smaller(own, f"{block}.filter.depthwise", window, 12)) for window in (7, 5, 3)}
    order = own[f"{block}.project.pointwise"].abs().sum(1).sort(descending=True)[1].tolist()
    with torch.no_grad():
        soft = F.softmax(network(teacher, SUB_NETWORKS["largest"], x), 1)
    leaves = {name: value.clone().requires_grad_(True) for name, value in own.items()}
    losses = {}
    for name, layers in SUB_NETWORKS.items():
        logits = network(leaves, layers, x)
        hard = F.cross_entropy(logits, labels)
        distilled = torch.mean(torch.sum(-soft * F.log_softmax(logits, 1), 1))
        (hard + 1.0 * distilled).backward()
        losses[name] = {"hard": hard.item(), "soft": distilled.item(), "logits": rounded(logits)}
    squares = sum((leaf.grad ** 2).sum().item() for leaf in leaves.values())
    after = {}
    for name, leaf in leaves.items():
        velocity = MOMENTUM * velocities[name] + leaf.grad + DECAY * leaf.detach()
        after[name] = rounded(leaf.detach() - RATE * velocity)
    golden = {"madeWith": f"PyTorch {torch.__version__}, float64", "learningRate": RATE, "momentum": MOMENTUM, "weightDecay": DECAY,
              "shapes": {name: list(shape) for name, shape in shapes().items()}, "transform": transform, "order": order,
              "soft": rounded(soft), "losses": losses, "gradientNorm": math.sqrt(squares), "after": after}
    with open(out, "w") as file:
        json.dump(golden, file)
        file.write("\n")


main()
