import { useEffect, useRef, useState, type ReactElement } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import type { Language } from "../texts/index.ts";

export interface Line {
  readonly name: string;
  /** The name of a colour among the page's tokens, without its dashes. */
  readonly colour: string;
  readonly dash: readonly number[];
  readonly filled: boolean;
  readonly values: readonly number[];
}

interface Props {
  readonly label: string;
  /** Days as 2027-03-01. */
  readonly days: readonly string[];
  readonly lines: readonly Line[];
  readonly language: Language;
  readonly format: (value: number) => string;
}

const HEIGHT_PX = 280;
const DAY_S = 86_400;

/**
 * Lines over days. The same figures stand in a table beside it, so that the drawing itself is left out for those who
 * cannot see it; which lines are shown is chosen by buttons.
 */
export function Chart({ label, days, lines, language, format }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const dark = useScheme();

  useEffect(() => {
    const place = frame.current;
    if (place === null) return;
    const made = new uPlot(optionsOf(place, days, lines, language, format), dataOf(days, lines), place);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: HEIGHT_PX }));
    observer.observe(place);
    return () => {
      observer.disconnect();
      made.destroy();
    };
    // Drawn anew with another scheme: a canvas has no colours of its own to follow it.
  }, [days, lines, language, format, dark]);

  useEffect(() => {
    lines.forEach(({ name }, n) => plot.current?.setSeries(n + 1, { show: !hidden.has(name) }));
  }, [hidden, lines, days, language, format, dark]);

  return (
    <div className="chart">
      <div className="chart-legend" role="group" aria-label={label}>
        {lines.map(({ name, colour, dash }) => (
          <button
            key={name}
            type="button"
            aria-pressed={!hidden.has(name)}
            onClick={() =>
              setHidden((before) => {
                const after = new Set(before);
                if (!after.delete(name)) after.add(name);
                return after;
              })
            }
          >
            <svg width="28" height="10" aria-hidden="true">
              <line x1="1" y1="5" x2="27" y2="5" className={`line-${colour}`} strokeDasharray={dash.join(" ") || undefined} />
            </svg>
            {name}
          </button>
        ))}
      </div>
      <div ref={frame} className="chart-frame" aria-hidden="true" />
    </div>
  );
}

/** A day's beginning by its name. */
const secondsOf = (day: string): number => Date.parse(day) / 1000;

function dataOf(days: readonly string[], lines: readonly Line[]): uPlot.AlignedData {
  return [days.map(secondsOf), ...lines.map(({ values }) => [...values])];
}

function optionsOf(place: HTMLElement, days: readonly string[], lines: readonly Line[], language: Language, format: (value: number) => string): uPlot.Options {
  const [first, last] = [days[0], days.at(-1)].map((day) => secondsOf(day ?? "")) as [number, number];
  const style = getComputedStyle(place);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = { stroke: token("ink-quiet"), grid: { stroke: token("line"), width: 1 }, ticks: { stroke: token("line") }, font: `13px ${style.fontFamily}` };
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  return {
    width: place.clientWidth,
    height: HEIGHT_PX,
    // Half of the last day's name stands beyond the last day.
    padding: [null, 28, null, null],
    legend: { show: false },
    cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    // Days are the venue's: they are drawn as they are called, by no clock of the reader's.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    scales: { x: { time: true, range: days.length > 1 ? [first, last] : [first - DAY_S, last + DAY_S] }, y: { range: (_plot, _min, max) => [0, Math.max(max * 1.08, 1)] } },
    axes: [
      { ...axis, space: 72, incrs: [1, 2, 7, 14, 28, 56, 91].map((n) => n * DAY_S), values: (_plot, at) => at.map((s) => day.format(s * 1000)) },
      { ...axis, size: 76, values: (_plot, at) => at.map(format) },
    ],
    series: [
      {},
      ...lines.map(({ name, colour, dash, filled }): uPlot.Series => {
        const stroke = token(colour);
        return {
          label: name,
          stroke,
          width: 2,
          dash: [...dash],
          ...(filled ? { fill: `${stroke}33` } : {}),
          points: { show: (plot) => (plot.data[0]?.length ?? 0) < 40, size: 6, fill: stroke },
        };
      }),
    ],
  };
}

/** Whether the dark scheme is on. */
function useScheme(): boolean {
  const query = "(prefers-color-scheme: dark)";
  const [dark, setDark] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const asked = matchMedia(query);
    const changed = (): void => setDark(asked.matches);
    asked.addEventListener("change", changed);
    return () => asked.removeEventListener("change", changed);
  }, []);
  return dark;
}
