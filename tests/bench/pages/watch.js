// Put into each page before its own scripts: notes when messages come and when what they changed was drawn.
(() => {
  const seen = { firstPaintMs: null, messages: [], frames: [] };
  window.bench = seen;

  // After a frame's callbacks the browser lays out, paints and hands the frame over; a task posted in one runs after that.
  const drawn = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(null);
    });

  const booths = document.getElementsByClassName("booth");
  const isWhole = () => {
    const shapes = [...booths].filter((shape) => shape.closest("[data-booth]") !== null);
    return shapes.length >= seen.wanted && shapes.every((shape) => !shape.classList.contains("unknown"));
  };
  const look = () => {
    if (seen.firstPaintMs !== null) return;
    if (seen.wanted !== undefined && booths.length >= seen.wanted && isWhole()) drawn((at) => (seen.firstPaintMs = at));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  const Plain = window.EventSource;
  window.EventSource = class extends Plain {
    constructor(...given) {
      super(...given);
      // The first listener of all: the clock begins before the page has done anything about the message.
      this.addEventListener("booths", ({ data }) => {
        const came = performance.now();
        const { booths: changed } = JSON.parse(data);
        if (changed.length === 0) return;
        const message = { booths: changed.length, parsedMs: performance.now() - came, drawnMs: null, states: null };
        seen.messages.push(message);
        const until = () =>
          drawn((at) => {
            const there = changed.every(({ booth, state }) => document.querySelector(`[data-booth="${booth}"]`)?.dataset.state === state);
            // Looking costs time of its own, which is after the clock was read.
            if (there) message.drawnMs = at - came - message.parsedMs;
            else until();
          });
        until();
      });
    }
  };

  // Frames in which what is looked at moved or grew, and how long each took until the next could begin.
  seen.watchFrames = (selector) => {
    const frame = document.querySelector(selector);
    seen.frames = [];
    seen.watching = true;
    let [last, before, moved] = [performance.now(), "", false];
    const each = () => {
      const now = performance.now();
      const view = `${frame.scrollLeft} ${frame.scrollTop} ${frame.firstElementChild.getBoundingClientRect().width}`;
      const moves = before !== "" && view !== before;
      if (moved) seen.frames.push(now - last);
      [last, before, moved] = [now, view, moves];
      if (seen.watching) requestAnimationFrame(each);
    };
    requestAnimationFrame(each);
  };
  seen.stopFrames = () => {
    seen.watching = false;
    return seen.frames;
  };
})();
