import type { ReactElement } from "react";

import type { BoothNow } from "./api/types.ts";
import { inWords, total, type Prices } from "./prices/prices.ts";
import { areaIn, useSpeech } from "./texts/index.ts";

interface Props {
  readonly chosen: readonly string[];
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly prices: Prices;
  readonly disabled: boolean;
  readonly onRemove: (booth: string) => void;
  readonly onClear: () => void;
  readonly onCompare: () => void;
  readonly onHold: () => void;
}

/** What is chosen and how much floor it is, always in reach at the foot of the page. */
export function SelectionBar({ chosen, booths, prices, disabled, onRemove, onClear, onCompare, onHold }: Props): ReactElement {
  const { t, language } = useSpeech();
  const area = chosen.reduce((sum, booth) => sum + (booths.get(booth)?.area_m2 ?? 0), 0);
  const price = inWords(total(prices, chosen), prices.currency, t, language);
  return (
    <section className="selection-bar" aria-label={t.selection}>
      <p role="status">
        {t.selected(chosen.length, areaIn(area, language))}
        {price !== "" && <strong className="price">{price}</strong>}
      </p>
      <ul className="chips">
        {chosen.map((booth) => (
          <li key={booth}>
            <button type="button" onClick={() => onRemove(booth)} aria-label={t.removeBooth(booth)}>
              {booth} <span aria-hidden="true">✕</span>
            </button>
          </li>
        ))}
      </ul>
      {chosen.length > 1 && (
        <button type="button" onClick={onCompare}>
          {t.compare}
        </button>
      )}
      <button type="button" className="plain" onClick={onClear}>
        {t.clear}
      </button>
      <button type="button" className="primary" disabled={disabled} onClick={onHold}>
        {t.hold}
      </button>
    </section>
  );
}
