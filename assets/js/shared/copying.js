// Text for the clipboard. Only pages from a safe address (https, or the own machine) may write to
// it; elsewhere, as in a class where one machine serves all, browsers still copy what is selected.

/**
 * @param {string} text
 * @param {HTMLInputElement} field Shown with the text selected where nothing may be copied.
 * @returns {Promise<boolean>} Whether the text has been copied.
 */
export async function copied(text, field) {
  field.hidden = true;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.hidden = false;
    field.value = text;
    field.focus();
    field.select();
    const done = document.execCommand("copy");
    field.hidden = done;
    return done;
  }
}
