// Loaded by every page before Streamlit, which keeps the functions of the history that it finds.

import { guard } from "./shared/address.js";

guard();

export default guard;
