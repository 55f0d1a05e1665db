import { useEffect, useRef, useState, type ReactElement } from "react";
import uPlot from "uplot";

import { apart } from "./apart.ts";
import { FLOOR_STATES, type FloorState, type Standing } from "./types.ts";

interface Props {
  readonly rows: readonly { readonly name: string; readonly standing: Standing }[];
  readonly valueOf: (standing: Standing, state: FloorState) => number;
  readonly format: (value: number) => string;
}

/** What the numbers at the side take. */
const AXIS_PX = 76;
const HEIGHT_PX = 240;
const TILE_PX = 8;
const BAR_MAX_PX = 72;
const BARS = uPlot.paths.bars?.({ size: [0.6, BAR_MAX_PX] });

/** Stacked bars in the plan's own patterns. The table under them says the same, so the drawing is for eyes alone. */
export function Bars({ rows, valueOf, format }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [scheme, setScheme] = useState(0);
  useEffect(() => {
    const asked = matchMedia("(prefers-color-scheme: dark)");
    const changed = (): void => setScheme((n) => n + 1);
    asked.addEventListener("change", changed);
    return () => asked.removeEventListener("change", changed);
  }, []);
  useEffect(() => {
    const place = frame.current;
    if (place === null) return;
    const made = new uPlot(optionsOf(place, rows.map(({ name }) => name), format), dataOf(rows, valueOf), place);
    const observer = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: HEIGHT_PX }));
    observer.observe(place);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [rows, valueOf, format, scheme]);
  return <div ref={frame} className="chart-frame" aria-hidden="true" />;
}

/** Each state on top of those before it; drawn from the highest down, the lower ones cover it. */
export function dataOf(rows: Props["rows"], valueOf: Props["valueOf"]): uPlot.AlignedData {
  const stacked = FLOOR_STATES.map((_, n) =>
    rows.map(({ standing }) => FLOOR_STATES.slice(0, n + 1).reduce((sum, state) => sum + valueOf(standing, state), 0)),
  );
  return [rows.map((_, n) => n), ...stacked.toReversed()];
}

function optionsOf(place: HTMLElement, names: readonly string[], format: (value: number) => string): uPlot.Options {
  const style = getComputedStyle(place);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = { stroke: token("ink-quiet"), ticks: { stroke: token("line") }, font: `13px ${style.fontFamily}` };
  return {
    width: place.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [-0.6, names.length - 0.4] }, y: { range: (_plot, _min, max) => [0, Math.max(max * 1.05, 1)] } },
    axes: [
      { ...axis, grid: { show: false }, splits: () => names.map((_, n) => n), values: ({ width }, at) => at.map((n) => apart(names, width - AXIS_PX)[n] ?? null) },
      { ...axis, grid: { stroke: token("line"), width: 1 }, size: AXIS_PX, values: (_plot, at) => at.map(format) },
    ],
    series: [
      {},
      ...FLOOR_STATES.toReversed().map((state): uPlot.Series => {
        const ground = token(`${state}-ground`);
        const mark = token(state === "free" ? "free-line" : `${state}-mark`);
        return {
          stroke: mark,
          width: 1,
          fill: (plot) => patternOf(plot.ctx, state, ground, mark),
          ...(BARS === undefined ? {} : { paths: BARS }),
          points: { show: false },
        };
      }),
    ],
  };
}

/** The state's fill as the plan has it, for a canvas. */
function patternOf(into: CanvasRenderingContext2D, state: FloorState, ground: string, mark: string): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = TILE_PX * devicePixelRatio;
  const ctx = tile.getContext("2d");
  if (ctx === null) return ground;
  ctx.scale(devicePixelRatio, devicePixelRatio);
  ctx.fillStyle = ground;
  ctx.fillRect(0, 0, TILE_PX, TILE_PX);
  ctx.strokeStyle = ctx.fillStyle = mark;
  ctx.lineWidth = 1.4;
  const lines: Readonly<Record<FloorState, readonly (readonly [number, number, number, number])[]>> = {
    free: [],
    held: [[0, 8, 8, 0], [-2, 2, 2, -2], [6, 10, 10, 6]],
    reserved: [],
    sold: [[0, 2, 8, 2], [0, 6, 8, 6]],
    blocked: [[1, 1, 7, 7], [7, 1, 1, 7]],
  };
  ctx.beginPath();
  for (const [x, y, toX, toY] of lines[state]) {
    ctx.moveTo(x, y);
    ctx.lineTo(toX, toY);
  }
  ctx.stroke();
  if (state === "reserved") {
    ctx.arc(4, 4, 1.6, 0, 2 * Math.PI);
    ctx.fill();
  }
  return into.createPattern(tile, "repeat") ?? ground;
}
