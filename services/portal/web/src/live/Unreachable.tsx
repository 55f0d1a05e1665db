import type { ReactElement } from "react";

import { useReach } from "../api/reach.ts";
import { useSpeech } from "../texts/index.ts";

/** Why nothing can be sent now, where there is no plan or timeline in sight that says so. */
export function Unreachable(): ReactElement {
  const { t } = useSpeech();
  const reach = useReach();
  return (
    <p role="status" className={reach ? undefined : "tag stale"}>
      {!reach && t.stale}
    </p>
  );
}
