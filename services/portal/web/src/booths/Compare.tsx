import { useRef, type ReactElement } from "react";

import type { BoothNow, PlanFeature } from "../api/types.ts";
import { Dialog } from "../Dialog.tsx";
import { priceOf, type Prices } from "../prices/prices.ts";
import { areaIn, boothState, useSpeech } from "../texts/index.ts";

interface Props {
  readonly chosen: readonly string[];
  readonly features: readonly PlanFeature[];
  readonly booths: ReadonlyMap<string, BoothNow>;
  readonly prices: Prices;
  readonly onRemove: (booth: string) => void;
  readonly onClose: () => void;
}

/** The chosen booths side by side. */
export function Compare({ chosen, features, booths, prices, onRemove, onClose }: Props): ReactElement {
  const { t, language } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const known = new Map(features.map((feature) => [feature.properties.booth, feature.properties]));
  const size = (booth: string): string => {
    const area = booths.get(booth)?.area_m2 ?? known.get(booth)?.area_m2;
    return area === undefined ? "" : t.area(areaIn(area, language));
  };
  const sides = (booth: string): string => {
    const open = known.get(booth)?.open_sides;
    return open === undefined ? "—" : t.sidesOpen(open);
  };
  const rows: readonly (readonly [string, (booth: string) => string])[] = [
    [t.sizeWord, size],
    [t.openSides, sides],
    ...(prices.of.size === 0 ? [] : [[t.price, (booth: string) => priceOf(prices, booth, t, language)] as const]),
    [t.stateWord, (booth) => boothState(booths.get(booth), t)],
  ];
  return (
    <Dialog title={t.compare} handle={dialog} onClose={onClose}>
      <div className="compare" tabIndex={0} role="region" aria-label={t.compare}>
        <table>
          <thead>
            <tr>
              <td />
              {chosen.map((booth) => (
                <th key={booth} scope="col">
                  {booth}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, tell]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {chosen.map((booth) => (
                  <td key={booth}>{tell(booth)}</td>
                ))}
              </tr>
            ))}
            <tr>
              <td />
              {chosen.map((booth) => (
                <td key={booth}>
                  <button type="button" onClick={() => onRemove(booth)} aria-label={t.removeBooth(booth)}>
                    {t.leaveOut}
                  </button>
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}
