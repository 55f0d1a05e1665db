/**
 * The booths as elements of the drawing, made and changed by hand. A component for each would be cleaner; of 5,000 the
 * framework visits every one when any changed, which took longer than all else that a change costs.
 */

import { areaIn, boothState, type Language, type Texts } from "../texts/index.ts";
import type { Shape } from "./geometry.ts";
import type { Look, Looks } from "./looks.ts";
import { numberOf } from "./numbers.ts";
import { fillOf } from "./states.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Says all that the drawing shows of a booth. */
export type Speak = (shape: Shape, look: Look) => string;

/** Draws all booths into a layer and keeps them as they look; the answer takes them away. */
export function draw(layer: SVGGElement, shapes: readonly Shape[], looks: Looks, speak: Speak): () => void {
  const drawn = new Map(shapes.map((shape) => [shape.booth, new Booth(shape)]));
  const show = (booth: string): void => drawn.get(booth)?.show(looks.of(booth), speak);
  for (const booth of drawn.keys()) show(booth);
  layer.replaceChildren(...[...drawn.values()].map(({ element }) => element));
  const leave = looks.subscribeAll((changed) => changed.forEach(show));
  return () => {
    leave();
    layer.replaceChildren();
  };
}

class Booth {
  /** What is pointed at and heard: the outline itself, or a joint stand's two outlines together. */
  readonly element: SVGElement;
  readonly #shape: Shape;
  readonly #outline: SVGElement;
  readonly #around: SVGElement | null;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#outline = made("path", { d: shape.path });
    this.#around = shape.parts.length > 0 ? made("path", { d: shape.path, class: "joint" }) : null;
    this.element = this.#around === null ? this.#outline : made("g", {});
    if (this.#around !== null) this.element.append(this.#around, this.#outline);
    for (const [name, value] of [["id", optionId(shape.booth)], ["role", "option"], ["data-booth", shape.booth]] as const) {
      this.element.setAttribute(name, value);
    }
  }

  show(look: Look, speak: Speak): void {
    const state = look.now?.state;
    set(this.element, "aria-label", speak(this.#shape, look));
    set(this.element, "aria-selected", String(look.chosen));
    set(this.element, "aria-disabled", String(state !== "free"));
    set(this.element, "data-state", state ?? "unknown");
    const classes = `booth ${state ?? "unknown"}${look.chosen ? " chosen" : ""}`;
    const dimmed = look.dimmed ? "dimmed" : "";
    if (this.#around === null) set(this.element, "class", `${classes} ${dimmed}`.trim());
    else {
      set(this.element, "class", dimmed);
      set(this.#outline, "class", `${classes} joint-stand`);
      set(this.#around, "class", look.chosen ? "joint chosen" : "joint");
    }
    set(this.#outline, "fill", fillOf(state, "plan"));
  }

}

/** Writing what is there already would cost as much as a change does. */
function set(element: SVGElement, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

function made(name: "path" | "g", attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

/** The id of a booth's element; numbers may hold spaces, which ids may not. */
export function optionId(booth: string): string {
  return `booth-${encodeURIComponent(booth)}`;
}

export function spoken(shape: Shape, { now, mine, who }: Look, t: Texts, language: Language): string {
  const facts = [shape.number, t.area(areaIn(shape.areaM2, language)), boothState(now, t)];
  if (mine) facts.push(t.yours);
  if (who !== undefined) facts.push(who);
  if (shape.parts.length > 0) facts.push(t.jointStandParts(shape.parts.map(numberOf).join(", ")));
  return facts.join(", ");
}
