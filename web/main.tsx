/** @file Entry of the page that a server sends. */
import { ServerSource } from "./data/server-source.ts";
import { showPage } from "./show-page.tsx";

showPage(new ServerSource());
