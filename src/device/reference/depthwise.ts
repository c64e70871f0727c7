import type { DepthwiseAttributes, DepthwiseOps } from "../../graph/index.ts";
import type { KernelsOf } from "./kernel.ts";
import { maskCotangent, rectify } from "./rectify.ts";
import { forEachTap, type WindowGeometry } from "./window.ts";

export const depthwiseKernels: KernelsOf<DepthwiseOps> = {
  depthwise([input, filter], [output], attributes) {
    const channels = input!.shape[3]!;
    const x = rectify(input!.data, attributes.relu);
    const w = filter!.data;
    const y = output!.data.fill(0);
    const window = geometry(attributes, filter!.shape[0]!);
    forEachTap(input!.shape, output!.shape, window, (outputPixel, tap, inputPixel) => {
      for (let c = 0; c < channels; c++) {
        y[outputPixel * channels + c]! += x[inputPixel * channels + c]! * w[tap * channels + c]!;
      }
    });
  },
  depthwiseInputGradient([cotangent, filter, input], [output], attributes) {
    const channels = input!.shape[3]!;
    const dy = cotangent!.data;
    const w = filter!.data;
    const dx = output!.data.fill(0);
    const window = geometry(attributes, filter!.shape[0]!);
    forEachTap(input!.shape, cotangent!.shape, window, (outputPixel, tap, inputPixel) => {
      for (let c = 0; c < channels; c++) {
        dx[inputPixel * channels + c]! += dy[outputPixel * channels + c]! * w[tap * channels + c]!;
      }
    });
    maskCotangent(dx, input!.data, attributes.relu);
  },
  depthwiseFilterGradient([cotangent, input], [output], attributes) {
    const channels = input!.shape[3]!;
    const dy = cotangent!.data;
    const x = rectify(input!.data, attributes.relu);
    const dw = output!.data.fill(0);
    const window = geometry(attributes, attributes.size);
    forEachTap(input!.shape, cotangent!.shape, window, (outputPixel, tap, inputPixel) => {
      for (let c = 0; c < channels; c++) {
        dw[tap * channels + c]! += x[inputPixel * channels + c]! * dy[outputPixel * channels + c]!;
      }
    });
  },
};

function geometry({ stride, dilation }: DepthwiseAttributes, size: number): WindowGeometry {
  return { size: [size, size], stride, padding: dilation * ((size - 1) / 2), dilation };
}
