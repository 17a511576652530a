// The player inside a web page of one file (engine/figures/offline/film_page.py): the scene and its
// arrays stand in the page, nothing is fetched.

import mountPictures from "../player/picture-buttons.js";
import mountPlayer from "../player.js";
import { find, pageData } from "./page.js";

const { film, pictures } = pageData();
const host = find("film").attachShadow({ mode: "open" });
const show = () => mountPlayer({ parentElement: host, data: film });
show();
window.matchMedia("(prefers-color-scheme: dark)").onchange = show;
const buttons = find("pictures").attachShadow({ mode: "open" });
mountPictures({ parentElement: buttons, data: pictures });
