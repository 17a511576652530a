// Style sheets whose lengths grow with one number, so that a picture can be read across a room.

/**
 * The style sheet with every length in rem multiplied by `--type`.
 *
 * @param {string} css
 */
export const sized = (css) => css.replace(/(-?\d*\.?\d+)rem/g, "calc($1rem * var(--type, 1))");
