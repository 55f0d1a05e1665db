import type { ReactElement } from "react";

import type { Shape } from "./geometry.ts";
import { nameFor } from "./names.ts";

interface Props {
  readonly shapes: readonly Shape[];
  /** Names by booth. */
  readonly who: ReadonlyMap<string, string>;
  /** Pixels a metre. */
  readonly scale: number;
}

const SIZE_PX = 12;
const FOOT_PX = 8;

/** Who has which booth, at the foot of each in which a name fits; those who cannot see it hear it with the booth. */
export function Names({ shapes, who, scale }: Props): ReactElement {
  return (
    <g aria-hidden="true">
      {shapes.map((shape) => {
        const name = who.get(shape.booth);
        const shown = name === undefined || shape.parts.length > 0 ? null : nameFor(name, shape.inside, scale, SIZE_PX);
        const { x, y, width, height } = shape.inside;
        return (
          shown !== null && (
            <text key={shape.booth} x={x + width / 2} y={y + height - (FOOT_PX + SIZE_PX / 2) / scale} fontSize={SIZE_PX / scale} className="label">
              {shown}
            </text>
          )
        );
      })}
    </g>
  );
}
