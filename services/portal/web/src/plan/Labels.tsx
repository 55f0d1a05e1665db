import { memo, useEffect, useMemo, useState, type ReactElement, type RefObject } from "react";

import { areaIn, useSpeech } from "../texts/index.ts";
import { linesFor, signFor, type Shape } from "./geometry.ts";
import { useLook, type Looks } from "./looks.ts";
import { nameFor } from "./names.ts";
import { SIGN } from "./states.ts";

/** Labels are drawn by squares of the floor of about this many pixels, those in view and one more around. */
const SQUARE_PX = 320;

interface Props {
  readonly shapes: readonly Shape[];
  readonly looks: Looks;
  /** Pixels a metre. */
  readonly scale: number;
  readonly frame: RefObject<HTMLDivElement | null>;
  /** How far left and above of the hall the drawing begins, in metres. */
  readonly marginM: number;
}

/** What stands on the booths in view: numbers, signs and more, as they fit. */
export function Labels({ shapes, looks, scale, frame, marginM }: Props): ReactElement {
  const squareM = SQUARE_PX / scale;
  const squares = useMemo(() => bySquare(shapes, squareM), [shapes, squareM]);
  const inView = useSquaresInView(frame, marginM, squareM);
  return (
    <g className="labels" aria-hidden="true">
      {[...squares].map(([square, its]) => inView(square) && <Square key={square} shapes={its} looks={looks} scale={scale} />)}
    </g>
  );
}

function bySquare(shapes: readonly Shape[], squareM: number): ReadonlyMap<string, readonly Shape[]> {
  const squares = new Map<string, Shape[]>();
  for (const shape of shapes) {
    if (shape.parts.length > 0) continue;
    const square = `${Math.floor((shape.box.x + shape.box.width / 2) / squareM)} ${Math.floor((shape.box.y + shape.box.height / 2) / squareM)}`;
    const known = squares.get(square);
    if (known === undefined) squares.set(square, [shape]);
    else known.push(shape);
  }
  return squares;
}

/** Tells of a square whether it is in view or beside one that is. */
function useSquaresInView(frame: RefObject<HTMLDivElement | null>, marginM: number, squareM: number): (square: string) => boolean {
  const [range, setRange] = useState("");
  useEffect(() => {
    const element = frame.current;
    const drawing = element?.querySelector("svg");
    if (!element || !drawing) return;
    const look = (): void => {
      const [around, drawn] = [element.getBoundingClientRect(), drawing.getBoundingClientRect()];
      // While wheel or fingers turn, the drawing is larger or smaller than the labels know.
      const metre = drawn.width / drawing.viewBox.baseVal.width;
      const at = (from: number, px: number): number => Math.floor(((px - from) / metre - marginM) / squareM);
      setRange([at(drawn.left, around.left) - 1, at(drawn.left, around.right) + 1, at(drawn.top, around.top) - 1, at(drawn.top, around.bottom) + 1].join(" "));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [frame, marginM, squareM]);
  return useMemo(() => {
    if (range === "") return (): boolean => false;
    const [left = 0, right = 0, top = 0, bottom = 0] = range.split(" ").map(Number);
    return (square: string): boolean => {
      const [x = 0, y = 0] = square.split(" ").map(Number);
      return x >= left && x <= right && y >= top && y <= bottom;
    };
  }, [range]);
}

interface SquareProps {
  readonly shapes: readonly Shape[];
  readonly looks: Looks;
  readonly scale: number;
}

const Square = memo(function Square({ shapes, looks, scale }: SquareProps): ReactElement {
  return (
    <>
      {shapes.map((shape) => (
        <Label key={shape.booth} shape={shape} looks={looks} scale={scale} />
      ))}
    </>
  );
});

interface LabelProps {
  readonly shape: Shape;
  readonly looks: Looks;
  readonly scale: number;
}

const LINE_HEIGHT_EM = 1.15;

function Label({ shape, looks, scale }: LabelProps): ReactElement | null {
  const { t, language } = useSpeech();
  const { now, chosen, who } = useLook(looks, shape.booth);
  const box = shape.inside;
  const sign = now === undefined ? "" : chosen ? "✓" : SIGN[now.state];
  const word = now === undefined ? "" : chosen ? t.chosen : t.state[now.state];
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  // Free and not chosen is what a booth is that nothing else is said of.
  const told = now === undefined || (now.state === "free" && !chosen) ? [] : [`${sign} ${word}`, sign];
  const name = who === undefined ? null : nameFor(who, box, scale);
  const label = linesFor(shape.number, told, name ?? t.area(areaIn(shape.areaM2, language)), box, scale);
  // Where no number fits the sign stands alone, also of what is free: a blank booth would tell nothing.
  const alone = label === null ? signFor(sign, box, scale) : null;
  const { lines, sizePx } = label ?? alone ?? { lines: [], sizePx: 0 };
  const size = sizePx / scale;
  const top = y - ((lines.length - 1) / 2) * size * LINE_HEIGHT_EM;
  if (lines.length === 0) return null;
  return (
    <>
      {lines.map((line, index) => (
        <text key={line} x={x} y={top + index * size * LINE_HEIGHT_EM} fontSize={size} className="label">
          {line}
        </text>
      ))}
    </>
  );
}
