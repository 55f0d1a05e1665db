import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactElement, type ReactNode } from "react";

import type { BoothNow, Hall, PlanFeature } from "../api/types.ts";
import { areaIn, boothState, nameIn, useSpeech, type Language, type Texts } from "../texts/index.ts";
import { BoothShape, optionId } from "./BoothShape.tsx";
import { Legend } from "./Legend.tsx";
import { Patterns } from "./Patterns.tsx";
import { neighbour, scaleToFit, shapesOf, type Direction, type Shape } from "./geometry.ts";

interface Props {
  readonly hall: Hall;
  readonly features: readonly PlanFeature[];
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly chosen: ReadonlySet<string>;
  readonly mine: ReadonlySet<string>;
  readonly choosing: boolean;
  /** Those that are looked for, null where nothing is; the others stand back. */
  readonly seen: ReadonlySet<string> | null;
  readonly onToggle: (booth: string) => void;
  /** What stands beside the plan's name: how far it can be trusted now. */
  readonly children: ReactNode;
}

const ZOOM_STEP = 1.5;
const ZOOM_MAX = 12;
const MARGIN_M = 2;
const BORDERS_PX = 2;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** The hall as it is: choose booths with pointer or arrow keys; zoom, and pan by scrolling. */
export function FloorPlan({ hall, features, booths, chosen, mine, choosing, seen, onToggle, children }: Props): ReactElement {
  const { t, language } = useSpeech();
  const shapes = useMemo(() => shapesOf(features), [features]);
  const frame = useRef<HTMLDivElement>(null);
  const [width, height] = useRoom(frame);
  const [zoom, setZoom] = useState(1);
  const [active, setActive] = useState<string | null>(null);
  const metresWide = hall.width_m + 2 * MARGIN_M;
  const metresDeep = hall.depth_m + 2 * MARGIN_M;
  const scale = scaleToFit(metresWide, metresDeep, width, height) * zoom;
  useKeptCentre(frame, zoom);
  useEffect(() => {
    if (active !== null) document.getElementById(optionId(active))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active]);

  const onClick = useCallback(
    (event: MouseEvent<SVGSVGElement>): void => {
      const booth = (event.target as Element).closest("[data-booth]")?.getAttribute("data-booth");
      if (booth) {
        setActive(booth);
        onToggle(booth);
      }
    },
    [onToggle],
  );

  function onKeyDown(event: KeyboardEvent<SVGSVGElement>): void {
    const direction = ARROWS[event.key];
    const from = shapes.find((shape) => shape.booth === active);
    if (direction !== undefined) {
      const next = from === undefined ? shapes[0] : neighbour(shapes, from, direction);
      if (next) setActive(next.booth);
    } else if ((event.key === "Enter" || event.key === " ") && from !== undefined) onToggle(from.booth);
    else if (event.key === "+" || event.key === "=") setZoom((z) => Math.min(ZOOM_MAX, z * ZOOM_STEP));
    else if (event.key === "-") setZoom((z) => Math.max(1, z / ZOOM_STEP));
    else return;
    event.preventDefault();
  }

  const name = nameIn(hall.name, language, t.hall(hall.hall));
  return (
    <section className="plan" aria-label={t.floorPlan}>
      <div className="plan-tools">
        <h2>{name}</h2>
        {children}
        <span className="zoom">
          <button type="button" onClick={() => setZoom((z) => Math.max(1, z / ZOOM_STEP))} disabled={zoom <= 1} aria-label={t.zoomOut}>
            −
          </button>
          <button type="button" onClick={() => setZoom(1)} disabled={zoom === 1}>
            {t.zoomFit}
          </button>
          <button
            type="button"
            onClick={() => setZoom((z) => Math.min(ZOOM_MAX, z * ZOOM_STEP))}
            disabled={zoom >= ZOOM_MAX}
            aria-label={t.zoomIn}
          >
            +
          </button>
        </span>
      </div>
      <Legend choosing={choosing} />
      <div className="plan-frame" ref={frame}>
        <svg
          className="plan-drawing"
          width={metresWide * scale}
          height={metresDeep * scale}
          viewBox={`${-MARGIN_M} ${-MARGIN_M} ${metresWide} ${metresDeep}`}
          role="listbox"
          aria-multiselectable="true"
          aria-label={`${t.floorPlanOf(name)}. ${t.planKeys}`}
          aria-activedescendant={active === null ? undefined : optionId(active)}
          tabIndex={0}
          onClick={onClick}
          onKeyDown={onKeyDown}
          onFocus={() => setActive((before) => before ?? shapes[0]?.booth ?? null)}
        >
          <Patterns scale={scale} prefix="plan" />
          <rect className="hall-floor" x={0} y={0} width={hall.width_m} height={hall.depth_m} />
          {shapes.map((shape) => (
            <BoothShape
              key={shape.booth}
              shape={shape}
              state={booths.get(shape.booth)?.state}
              chosen={chosen.has(shape.booth)}
              mine={mine.has(shape.booth)}
              active={active === shape.booth}
              dimmed={seen !== null && !seen.has(shape.booth)}
              scale={scale}
              label={spoken(shape, booths.get(shape.booth), mine.has(shape.booth), t, language)}
            />
          ))}
        </svg>
      </div>
    </section>
  );
}

function spoken(shape: Shape, now: BoothNow | undefined, mine: boolean, t: Texts, language: Language): string {
  const facts = [shape.number, t.area(areaIn(shape.areaM2, language)), boothState(now, t)];
  if (mine) facts.push(t.yours);
  if (shape.parts.length > 0) facts.push(t.jointStandParts(shape.parts.map(numberOf).join(", ")));
  return facts.join(", ");
}

/** "7.1/A-031" -> "A-031". */
export function numberOf(booth: string): string {
  return booth.slice(booth.indexOf("/") + 1);
}

/** How many pixels the drawing has without scrolling: the frame's width, and the height that it may grow to. */
function useRoom(frame: React.RefObject<HTMLDivElement | null>): readonly [number, number] {
  const [room, setRoom] = useState<readonly [number, number]>([640, 480]);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = (): void => {
      const height = Number.parseFloat(getComputedStyle(element).maxHeight);
      setRoom([element.clientWidth, Number.isFinite(height) ? Math.floor(height) - BORDERS_PX : Number.MAX_SAFE_INTEGER]);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [frame]);
  return room;
}

/** Keeps the middle of the view where it is while the drawing grows or shrinks. */
function useKeptCentre(frame: React.RefObject<HTMLDivElement | null>, zoom: number): void {
  const before = useRef(zoom);
  useEffect(() => {
    const element = frame.current;
    if (element === null || before.current === zoom) return;
    const ratio = zoom / before.current;
    before.current = zoom;
    element.scrollLeft = (element.scrollLeft + element.clientWidth / 2) * ratio - element.clientWidth / 2;
    element.scrollTop = (element.scrollTop + element.clientHeight / 2) * ratio - element.clientHeight / 2;
  }, [frame, zoom]);
}
