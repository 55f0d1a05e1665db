import { useEffect, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Exhibitor } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";

/** Those whose names are known, for where there is no time to ask, as on paper. */
const known = new Map<string, Exhibitor>();

/** Who holds it, by name; by id until the name is known, and where it cannot be had. */
export function ExhibitorName({ id }: { readonly id: string }): ReactElement {
  const { language } = useSpeech();
  const [exhibitor, setExhibitor] = useState<Exhibitor | null>(known.get(id) ?? null);
  useEffect(() => {
    let wanted = true;
    calls.exhibitorOnce(id).then(
      (found) => {
        known.set(id, found);
        if (wanted) setExhibitor(found);
      },
      () => wanted && setExhibitor(null),
    );
    return () => {
      wanted = false;
    };
  }, [id]);
  return <span className="holder">{exhibitor?.names?.[language] ?? exhibitor?.name ?? id}</span>;
}
