import { useEffect, useState, type ReactElement } from "react";

import * as calls from "../api/calls.ts";
import type { Exhibitor } from "../api/types.ts";
import { useSpeech } from "../texts/index.ts";

/** Names change rarely; each is asked for once a visit. */
const asked = new Map<string, Promise<Exhibitor>>();

function exhibitorOnce(id: string): Promise<Exhibitor> {
  const found = asked.get(id) ?? calls.exhibitor(id);
  asked.set(id, found);
  found.catch(() => asked.delete(id));
  return found;
}

/** Who holds it, by name; by id until the name is known, and where it cannot be had. */
export function ExhibitorName({ id }: { readonly id: string }): ReactElement {
  const { language } = useSpeech();
  const [exhibitor, setExhibitor] = useState<Exhibitor | null>(null);
  useEffect(() => {
    let wanted = true;
    exhibitorOnce(id).then(
      (found) => wanted && setExhibitor(found),
      () => wanted && setExhibitor(null),
    );
    return () => {
      wanted = false;
    };
  }, [id]);
  return <span className="holder">{exhibitor?.names?.[language] ?? exhibitor?.name ?? id}</span>;
}
