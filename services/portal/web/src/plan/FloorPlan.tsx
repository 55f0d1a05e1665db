import {
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
} from "react";

import type { BoothNow, Hall, PlanFeature } from "../api/types.ts";
import { nameIn, useSpeech } from "../texts/index.ts";
import { draw, optionId, spoken } from "./drawing.ts";
import { Labels } from "./Labels.tsx";
import { Legend } from "./Legend.tsx";
import { Patterns } from "./Patterns.tsx";
import { nearest, neighbour, scaleToFit, shapesOf, type Direction, type Shape } from "./geometry.ts";
import { Looks, type Facts } from "./looks.ts";
import { usePan } from "./usePan.ts";
import { useRoom } from "./useRoom.ts";
import { useZoom } from "./useZoom.ts";
import { zoomMax, ZOOM_STEP } from "./zoom.ts";

interface Props {
  readonly hall: Hall;
  readonly features: readonly PlanFeature[];
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly chosen: ReadonlySet<string>;
  readonly mine: ReadonlySet<string>;
  readonly choosing: boolean;
  /** Those that are looked for, null where nothing is; the others stand back. */
  readonly seen: ReadonlySet<string> | null;
  /** Who has which booth, by name, for those who may know. */
  readonly who?: ReadonlyMap<string, string>;
  readonly onToggle: (booth: string) => void;
  /** What stands beside the plan's name: how far it can be trusted now. */
  readonly children: ReactNode;
}

const MARGIN_M = 2;
const PAN_STEP_PX = 120;
/** A finger that touches no booth means the nearest, if one is so near. */
const REACH_PX = 12;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};
const AWAY: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-PAN_STEP_PX, 0],
  right: [PAN_STEP_PX, 0],
  up: [0, -PAN_STEP_PX],
  down: [0, PAN_STEP_PX],
};

/** The hall as it is: choose booths with pointer or arrow keys; zoom, and pan by dragging or scrolling. */
export function FloorPlan({ hall, features, booths, chosen, mine, choosing, seen, who, onToggle, children }: Props): ReactElement {
  const { t, language } = useSpeech();
  const shapes = useMemo(() => shapesOf(features), [features]);
  const looks = useLooks(shapes, { booths, chosen, mine, seen, who });
  const frame = useRef<HTMLDivElement>(null);
  const layer = useRef<SVGGElement>(null);
  const [width, height] = useRoom(frame);
  const [active, setActive] = useState<string | null>(null);
  const metresWide = hall.width_m + 2 * MARGIN_M;
  const metresDeep = hall.depth_m + 2 * MARGIN_M;
  const fitting = scaleToFit(metresWide, metresDeep, width, height);
  const largest = zoomMax(fitting);
  const { zoom, settled, by, fit } = useZoom(frame, largest);
  const scale = fitting * zoom;
  const settledScale = fitting * settled;
  const pan = usePan(frame);

  function goTo(booth: string): void {
    setActive(booth);
    document.getElementById(optionId(booth))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function boothAt(event: MouseEvent<SVGSVGElement>): string | null {
    const touched = (event.target as Element).closest("[data-booth]")?.getAttribute("data-booth") ?? null;
    if (touched !== null || (event.nativeEvent as globalThis.PointerEvent).pointerType !== "touch") return touched;
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / scale - MARGIN_M, (event.clientY - box.top) / scale - MARGIN_M];
    return nearest(shapes, x, y, REACH_PX / scale)?.booth ?? null;
  }

  function onClick(event: MouseEvent<SVGSVGElement>): void {
    const booth = boothAt(event);
    if (booth === null) return;
    setActive(booth);
    onToggle(booth);
  }

  function onKeyDown(event: KeyboardEvent<SVGSVGElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = ARROWS[event.key];
    const from = shapes.find((shape) => shape.booth === active);
    if (direction !== undefined && event.shiftKey) frame.current?.scrollBy(...AWAY[direction]);
    else if (direction !== undefined) {
      const next = from === undefined ? shapes[0] : neighbour(shapes, from, direction);
      if (next) goTo(next.booth);
    } else if ((event.key === "Enter" || event.key === " ") && from !== undefined) onToggle(from.booth);
    else if (event.key === "+" || event.key === "=") by(ZOOM_STEP);
    else if (event.key === "-") by(1 / ZOOM_STEP);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  }

  /** What a mouse rests on is said beside it. One place for all booths: thousands of elements for it would be slow. */
  const onPointerOver = useCallback(
    (event: PointerEvent<SVGSVGElement>): void => {
      if (frame.current === null) return;
      const booth = (event.target as Element).closest("[data-booth]")?.getAttribute("data-booth");
      const shape = shapes.find((one) => one.booth === booth);
      frame.current.title = shape === undefined ? "" : spoken(shape, looks.of(shape.booth), t, language);
    },
    [shapes, looks, t, language],
  );

  useLayoutEffect(() => {
    if (layer.current === null) return;
    return draw(layer.current, shapes, looks, (shape, look) => spoken(shape, look, t, language));
  }, [shapes, looks, t, language]);
  const name = nameIn(hall.name, language, t.hall(hall.hall));
  const cursor = active === null ? undefined : shapes.find((shape) => shape.booth === active);
  return (
    <section className="plan" aria-label={t.floorPlan}>
      <div className="plan-tools">
        <h2>{name}</h2>
        {children}
        <span className="zoom">
          <button type="button" onClick={() => by(1 / ZOOM_STEP)} disabled={zoom <= 1} aria-label={t.zoomOut}>
            −
          </button>
          <button type="button" onClick={fit} disabled={zoom === 1}>
            {t.zoomFit}
          </button>
          <button type="button" onClick={() => by(ZOOM_STEP)} disabled={zoom >= largest} aria-label={t.zoomIn}>
            +
          </button>
        </span>
      </div>
      <Legend choosing={choosing} />
      <div className={zoom > 1 ? "plan-frame enlarged" : "plan-frame"} ref={frame} {...pan}>
        <svg
          className="plan-drawing"
          width={metresWide * settledScale}
          height={metresDeep * settledScale}
          style={zoom === settled ? undefined : turning(width - metresWide * scale, width - metresWide * settledScale, zoom / settled)}
          viewBox={`${-MARGIN_M} ${-MARGIN_M} ${metresWide} ${metresDeep}`}
          role="listbox"
          aria-multiselectable="true"
          aria-label={`${t.floorPlanOf(name)}. ${t.planKeys}`}
          aria-activedescendant={active === null ? undefined : optionId(active)}
          tabIndex={0}
          onClick={onClick}
          onKeyDown={onKeyDown}
          onPointerOver={onPointerOver}
          onFocus={() => setActive((before) => before ?? shapes[0]?.booth ?? null)}
        >
          <Patterns scale={settledScale} prefix="plan" />
          <rect className="hall-floor" x={0} y={0} width={hall.width_m} height={hall.depth_m} />
          <g ref={layer} />
          <g aria-hidden="true">
            {shapes.map((shape) => mine.has(shape.booth) && <Flag key={shape.booth} shape={shape} scale={settledScale} />)}
            {cursor !== undefined && <path d={cursor.path} className="cursor" />}
          </g>
          <Labels shapes={shapes} looks={looks} scale={settledScale} frame={frame} marginM={MARGIN_M} />
        </svg>
      </div>
    </section>
  );
}

/**
 * While wheel or fingers turn, the drawing is stretched as it is, which costs nothing, and drawn anew when they rest.
 * It stands in the middle of what room is left beside it, before and after.
 */
function turning(left: number, leftSettled: number, factor: number): CSSProperties {
  const aside = (Math.max(0, left) - Math.max(0, leftSettled)) / 2;
  return { transform: `translateX(${aside}px) scale(${factor})`, transformOrigin: "0 0", willChange: "transform" };
}

/** The booths' looks, which are told of changes before they are seen. */
function useLooks(shapes: readonly Shape[], facts: Facts): Looks {
  const first = useRef(facts);
  first.current = facts;
  const looks = useMemo(() => new Looks(shapes.map(({ booth }) => booth), first.current), [shapes]);
  useLayoutEffect(() => void looks.take(facts));
  return looks;
}

function Flag({ shape, scale }: { readonly shape: Shape; readonly scale: number }): ReactElement {
  const size = Math.min(10 / scale, shape.inside.width / 2, shape.inside.height / 2);
  return <path d={`M${shape.inside.x} ${shape.inside.y}h${size}l${-size} ${size}z`} className="flag" />;
}
