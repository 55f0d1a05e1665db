import { memo, type ReactElement } from "react";

import type { BoothStateName } from "../api/types.ts";
import { labelFor, type Shape } from "./geometry.ts";
import { SIGN, fillOf } from "./states.ts";

interface Props {
  readonly shape: Shape;
  readonly state: BoothStateName | undefined;
  readonly chosen: boolean;
  readonly mine: boolean;
  readonly active: boolean;
  readonly dimmed: boolean;
  readonly scale: number;
  readonly label: string;
}

/** One booth. Drawn again only when it changed itself: a hall has hundreds, and a delta touches few. */
export const BoothShape = memo(function BoothShape(props: Props): ReactElement {
  const { shape, state, chosen, mine, active, dimmed, scale, label } = props;
  const joint = shape.parts.length > 0;
  const classes = ["booth", state ?? "unknown", joint && "joint-stand", chosen && "chosen", active && "active"];
  return (
    <g
      id={optionId(shape.booth)}
      role="option"
      aria-selected={chosen}
      aria-disabled={state !== "free"}
      aria-label={label}
      data-booth={shape.booth}
      data-state={state ?? "unknown"}
      className={dimmed ? "dimmed" : undefined}
    >
      <title>{label}</title>
      {joint && <path d={shape.path} className={chosen ? "joint chosen" : "joint"} />}
      <path d={shape.path} className={classes.filter(Boolean).join(" ")} fill={fillOf(state, "plan")} />
      {mine && <Flag shape={shape} scale={scale} />}
      {joint ? null : <Label shape={shape} state={state} scale={scale} chosen={chosen} />}
    </g>
  );
});

/** The id of a booth's element; numbers may hold spaces, which ids may not. */
export function optionId(booth: string): string {
  return `booth-${encodeURIComponent(booth)}`;
}

function Flag({ shape, scale }: { readonly shape: Shape; readonly scale: number }): ReactElement {
  const size = Math.min(10 / scale, shape.inside.width / 2, shape.inside.height / 2);
  return <path d={`M${shape.inside.x} ${shape.inside.y}h${size}l${-size} ${size}z`} className="flag" />;
}

/** A sign in less room than this is a blot. */
const SIGN_SIDE_MIN_PX = 7;

interface LabelProps {
  readonly shape: Shape;
  readonly state: BoothStateName | undefined;
  readonly scale: number;
  readonly chosen: boolean;
}

function Label({ shape, state, scale, chosen }: LabelProps): ReactElement | null {
  const box = shape.inside;
  const label = labelFor(shape.number, box, scale);
  // Where no number fits the sign stands alone, also of what is free: a blank booth would tell nothing.
  const sign = chosen ? "✓" : state === undefined || (state === "free" && label !== null) ? "" : SIGN[state];
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  if (label === null) {
    const side = Math.min(box.width, box.height) * scale;
    if (sign === "" || side < SIGN_SIDE_MIN_PX) return null;
    return <Line x={x} y={y} size={Math.min(12, side - 1) / scale} text={sign} />;
  }
  const size = label.sizePx / scale;
  const withSign = sign !== "" && (label.lines.length + 1) * 1.15 * label.sizePx <= box.height * scale - 6;
  const lines = withSign ? [...label.lines, sign] : label.lines;
  const top = y - ((lines.length - 1) / 2) * size * 1.15;
  return (
    <>
      {lines.map((line, index) => (
        <Line key={line} x={x} y={top + index * size * 1.15} size={size} text={line} />
      ))}
    </>
  );
}

function Line(props: { readonly x: number; readonly y: number; readonly size: number; readonly text: string }): ReactElement {
  return (
    <text x={props.x} y={props.y} fontSize={props.size} className="label" aria-hidden="true">
      {props.text}
    </text>
  );
}
