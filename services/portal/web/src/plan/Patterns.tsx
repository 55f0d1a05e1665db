import type { ReactElement } from "react";

/**
 * The fills of the booth states. Each differs by its pattern as well as by its colour; sizes are pixels, so in a
 * drawing of `scale` pixels a metre the pattern is scaled back. `prefix` keeps apart the fills of several drawings.
 */
export function Patterns({ scale, prefix }: { readonly scale: number; readonly prefix: string }): ReactElement {
  const shared = { patternUnits: "userSpaceOnUse", patternTransform: `scale(${1 / scale})` } as const;
  return (
    <defs>
      <pattern id={`${prefix}-held`} width="8" height="8" {...shared}>
        <rect width="8" height="8" className="ground held" />
        <path d="M-2 2 2-2M0 8 8 0M6 10 10 6" className="mark held" />
      </pattern>
      <pattern id={`${prefix}-reserved`} width="7" height="7" {...shared}>
        <rect width="7" height="7" className="ground reserved" />
        <circle cx="3.5" cy="3.5" r="1.5" className="dot reserved" />
      </pattern>
      <pattern id={`${prefix}-sold`} width="6" height="6" {...shared}>
        <rect width="6" height="6" className="ground sold" />
        <path d="M0 1.5H6M0 4.5H6" className="mark sold" />
      </pattern>
      <pattern id={`${prefix}-blocked`} width="9" height="9" {...shared}>
        <rect width="9" height="9" className="ground blocked" />
        <path d="M1 1 8 8M8 1 1 8" className="mark blocked" />
      </pattern>
      <pattern id={`${prefix}-overlapped`} width="6" height="6" {...shared}>
        <rect width="6" height="6" className="ground overlapped" />
        <path d="M3 0V6" className="mark overlapped" />
      </pattern>
      <pattern id={`${prefix}-unknown`} width="10" height="10" {...shared}>
        <rect width="10" height="10" className="ground unknown" />
      </pattern>
    </defs>
  );
}
