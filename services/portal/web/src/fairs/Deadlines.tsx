import type { ReactElement } from "react";

import type { Fair } from "../api/types.ts";
import { nameIn, useSpeech } from "../texts/index.ts";
import { dayIn } from "./dates.ts";
import { daysLeft } from "./deadlines.ts";

interface Props {
  readonly deadlines: Fair["deadlines"];
  /** Today at the venue. */
  readonly today: string;
}

/** The days to keep, with how far they are. */
export function Deadlines({ deadlines, today }: Props): ReactElement {
  const { t, language } = useSpeech();
  return (
    <table className="deadlines">
      <caption>{t.deadlines}</caption>
      <tbody>
        {deadlines.map(({ day, name }) => (
          <tr key={`${day} ${nameIn(name, language, "")}`} className={day < today ? "over" : undefined}>
            <th scope="row">
              <time dateTime={day}>{dayIn(day, language)}</time>
            </th>
            <td>
              {nameIn(name, language, "")} <span className="quiet">{t.daysLeft(daysLeft(day, today))}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
