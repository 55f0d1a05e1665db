import type { ReactElement } from "react";

interface MomentProps {
  readonly label: string;
  readonly value: string;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
}

/** A wall time at the venue. */
export function Moment({ label, value, required = false, autoFocus = false, onChange }: MomentProps): ReactElement {
  return (
    <label>
      {label}
      <input type="datetime-local" value={value} required={required} autoFocus={autoFocus} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
