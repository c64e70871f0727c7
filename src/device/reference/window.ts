/**
 * @file The one walk over windows that convolutions and pools share: which input pixel each tap of each output pixel
 * reads.
 */
import type { Shape } from "../../graph/index.ts";

export interface WindowGeometry {
  /** Taps down and across. */
  readonly size: readonly [number, number];
  readonly stride: number;
  /** Pixels by which the first window starts before the image; negative to start inside it. */
  readonly padding: number;
  readonly dilation: number;
}

/**
 * Calls `visit` for each tap that falls inside the image, by output pixel in row order, then by tap in row order.
 * Pixels are counted through the batch, as (n * height + y) * width + x; taps as row * columns + column.
 * @param input shape `[N, H, W, C]`
 * @param output shape `[N, H', W', C']`
 */
export function forEachTap(
  input: Shape,
  output: Shape,
  { size, stride, padding, dilation }: WindowGeometry,
  visit: (outputPixel: number, tap: number, inputPixel: number) => void,
): void {
  const [images, outputHeight, outputWidth] = output as [number, number, number];
  const [, inputHeight, inputWidth] = input as [number, number, number];
  const [rows, columns] = size;
  for (let image = 0; image < images; image++) {
    for (let outputY = 0; outputY < outputHeight; outputY++) {
      for (let outputX = 0; outputX < outputWidth; outputX++) {
        const outputPixel = (image * outputHeight + outputY) * outputWidth + outputX;
        for (let row = 0; row < rows; row++) {
          const inputY = outputY * stride - padding + row * dilation;
          if (inputY < 0 || inputY >= inputHeight) continue;
          for (let column = 0; column < columns; column++) {
            const inputX = outputX * stride - padding + column * dilation;
            if (inputX < 0 || inputX >= inputWidth) continue;
            visit(outputPixel, row * columns + column, (image * inputHeight + inputY) * inputWidth + inputX);
          }
        }
      }
    }
  }
}
