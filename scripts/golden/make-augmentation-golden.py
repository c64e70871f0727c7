"""Golden numbers of src/data/{resized-crop,colour-jitter}.ts from PyTorch, with the formulas of torchvision written out:
python3 scripts/golden/make-augmentation-golden.py > test/golden/augmentation.json"""

import json
import math

import torch
from torch.nn import functional

torch.manual_seed(5)
generator = torch.Generator().manual_seed(5)
HEIGHT, WIDTH = 11, 14


def blend(image, other, factor):
    return (factor * image + (1 - factor) * other).clamp(0, 1)


def grey(image):
    if image.shape[0] == 1:
        return image
    red, green, blue = image
    return (0.2989 * red + 0.587 * green + 0.114 * blue)[None]


def adjust_hue(image, shift):
    """torchvision.transforms._functional_tensor: _rgb2hsv, a shift, _hsv2rgb."""
    if image.shape[0] == 1:
        return image
    red, green, blue = image
    most, least = image.max(0).values, image.min(0).values
    same = most == least
    spread = most - least
    ones = torch.ones_like(most)
    saturation = spread / torch.where(same, ones, most)
    divisor = torch.where(same, ones, spread)
    rc, gc, bc = (most - red) / divisor, (most - green) / divisor, (most - blue) / divisor
    hue = (most == red) * (bc - gc) + ((most == green) & (most != red)) * (2 + rc - bc)
    hue = hue + ((most != green) & (most != red)) * (4 + gc - rc)
    hue = torch.fmod(hue / 6 + 1, 1)
    hue = (hue + shift) % 1
    sector = torch.floor(hue * 6)
    rest = hue * 6 - sector
    p = (most * (1 - saturation)).clamp(0, 1)
    q = (most * (1 - saturation * rest)).clamp(0, 1)
    t = (most * (1 - saturation * (1 - rest))).clamp(0, 1)
    sector = sector.long() % 6
    mask = sector[None] == torch.arange(6).view(-1, 1, 1)
    stacks = torch.stack([torch.stack(row) for row in ((most, q, p, p, t, most), (t, most, most, q, p, p), (p, p, t, most, most, q))])
    return torch.einsum("ijk,xijk->xjk", mask.to(image.dtype), stacks)


def change(image, of, amount):
    if of == "brightness":
        return blend(image, torch.zeros_like(image), amount)
    if of == "contrast":
        return blend(image, grey(image).mean(), amount)
    if of == "saturation":
        return image if image.shape[0] == 1 else blend(image, grey(image), amount)
    return adjust_hue(image, amount)


def resized_crop(height, width, least):
    """torchvision.transforms.RandomResizedCrop.get_params."""
    area = height * width
    low, high = math.log(3 / 4), math.log(4 / 3)
    for _ in range(10):
        target = area * torch.empty(1).uniform_(least, 1).item()
        ratio = math.exp(torch.empty(1).uniform_(low, high).item())
        w, h = round(math.sqrt(target * ratio)), round(math.sqrt(target / ratio))
        if 0 < w <= width and 0 < h <= height:
            return (torch.randint(0, height - h + 1, (1,)).item(), torch.randint(0, width - w + 1, (1,)).item(), h, w, 0)
    ratio = width / height
    if ratio < 3 / 4:
        w, h = width, round(width / (3 / 4))
    elif ratio > 4 / 3:
        w, h = round(height * 4 / 3), height
    else:
        w, h = width, height
    return ((height - h) // 2, (width - w) // 2, h, w, 1)


def numbers(image):
    return [round(value, 7) for value in image.permute(1, 2, 0).flatten().tolist()]


cases = []
BOXES = (None, (2, 3, 5, 4), (0, 0, 11, 14), (10, 13, 1, 1), (1, 0, 9, 13))
CHANGES = (
    (), (("brightness", 1.37),), (("contrast", 0.62),), (("contrast", 1.4),), (("saturation", 0.6),), (("saturation", 1.39),),
    (("hue", 0.2),), (("hue", -0.17),), (("contrast", 1.2), ("hue", 0.11), ("brightness", 1.3), ("saturation", 0.7)),
)
for channels in (3, 1):
    pixels = torch.randint(0, 256, (channels, HEIGHT, WIDTH), generator=generator, dtype=torch.uint8)
    pixels[:, :2, :3] = 90
    outputs = []
    for index, changes in enumerate(CHANGES):
        for box in BOXES if index in (0, len(CHANGES) - 1) else BOXES[:1]:
            image = pixels.double() / 255
            if box is not None:
                top, left, h, w = box
                cut = image[None, :, top:top + h, left:left + w]
                image = functional.interpolate(cut, (HEIGHT, WIDTH), mode="bilinear", align_corners=False)[0]
            for of, amount in changes:
                image = change(image, of, amount)
            outputs.append({"box": box, "changes": changes, "image": numbers(image)})
    cases.append({"channels": channels, "pixels": pixels.permute(1, 2, 0).flatten().tolist(), "outputs": outputs})

statistics = []
for height, width, least in ((64, 64, 0.08), (64, 64, 0.5), (20, 90, 0.3), (90, 20, 0.9)):
    draws = torch.tensor([resized_crop(height, width, least) for _ in range(20000)], dtype=torch.float64)
    statistics.append({
        "height": height, "width": width, "least": least, "count": len(draws),
        "mean": draws.mean(0).tolist(), "deviation": draws.std(0).tolist(),
    })
print(json.dumps({"torch": torch.__version__, "height": HEIGHT, "width": WIDTH, "cases": cases, "boxes": statistics}))
