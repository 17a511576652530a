// The players that stand in the page, by the key that Python gave them, for those who draw pictures
// from them; and whatever else can draw itself as a PNG.

/** @type {Map<string, any>} */
export const players = new Map();
