// The players that stand in the page, by the key that Python gave them, for those who draw pictures
// from them.

export const players = new Map();
