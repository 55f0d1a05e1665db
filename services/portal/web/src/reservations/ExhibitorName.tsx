import { useEffect, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Exhibitor } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";

/** Who holds it, by name; by id until the name is known, and where it cannot be had. */
export function ExhibitorName({ id }: { readonly id: string }): ReactElement {
  const { language } = useSpeech();
  const [exhibitor, setExhibitor] = useState<Exhibitor | null>(null);
  useEffect(() => {
    let wanted = true;
    calls.exhibitorOnce(id).then(
      (found) => wanted && setExhibitor(found),
      () => wanted && setExhibitor(null),
    );
    return () => {
      wanted = false;
    };
  }, [id]);
  return <span className="holder">{exhibitor?.names?.[language] ?? exhibitor?.name ?? id}</span>;
}
