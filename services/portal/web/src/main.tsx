import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App.tsx";
import { keepFocus } from "./focus.ts";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/plan.css";
import "./styles/panels.css";
import "./styles/venues.css";
import "./styles/history.css";
import "./styles/downloads.css";
import "./styles/print.css";

const page = document.getElementById("page");
if (page === null) throw new Error("index.html has no element with the id 'page'");
keepFocus(document);
createRoot(page).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
