import { useEffect, useRef } from "preact/hooks";
import type { PixelShape } from "../model/resize.ts";

export interface PixelImageProps {
  /** `[H, W, C]`, 0 to 255. */
  readonly pixels: Uint8Array;
  readonly shape: PixelShape;
  /** What it shows; empty where its surroundings say so. */
  readonly label: string;
  /** Pixels of the page that one side takes. */
  readonly size: number;
}

/** An image from its pixels, enlarged without smoothing. */
export function PixelImage({ pixels, shape, label, size }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width, channels } = shape;
  useEffect(() => {
    const image = new ImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        image.data[4 * pixel + channel] = pixels[pixel * channels + (channels === 1 ? 0 : channel)]!;
      }
      image.data[4 * pixel + 3] = 255;
    }
    canvas.current!.getContext("2d")!.putImageData(image, 0, 0);
  }, [pixels, height, width, channels]);
  return (
    <canvas
      ref={canvas}
      class="pixel-image"
      width={width}
      height={height}
      {...(label === "" ? { "aria-hidden": true } : { role: "img" as const, "aria-label": label })}
      style={{ width: `${size}px`, height: `${(size * height) / width}px` }}
    />
  );
}
